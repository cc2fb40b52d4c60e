"""The loyalty programme itself: no Litestar, no Jinja, no HTTP. (Map follows as the rooms are built.)"""
