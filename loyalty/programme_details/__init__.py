"""Settings of the programme that its people see: name, words, place, money, brand, objective.

details     what can be edited, checked
editing     reading it with what can't change any more, and changing it
logos       uploading and removing the logo
undoing     taking either back
"""
