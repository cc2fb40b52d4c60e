"""The member's own side: signing in without a password, joining, and what their pages show.

doors        the programme a visitor means, before anybody is signed in
asking       a code and a link by e-mail, for any address alike
proving      the code or the link, once
vouching     the shop's own signed token
arriving     from a proven address to a customer and a session
joining      a guest becomes a member
"""
