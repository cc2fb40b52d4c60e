"""What shops sell, as their platforms tell it: platforms' orders name products, and rules ask for categories.

receiving   a product as it comes in, told once or ten times, in any order
shelving    category and tags for the lines of an order that is coming in
known       the categories there are, for whoever types one
"""
