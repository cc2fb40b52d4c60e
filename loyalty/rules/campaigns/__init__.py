"""What a campaign may do, to whom, and what it can be said to have done (PRODUCT M).

fields     the words of a message that differ from person to person
arms       who is treated, who is held back, and how small an effect they can show
intervals  how sure a measured difference is
results    the arms side by side, what that says, and what an additional buyer cost
pooling    several campaigns together
revenue    the same for money per member, by resampling
timing     quiet hours and frequency caps
offers     what a campaign gives
codes      codes as a merchant brings them
moves      which state may follow which, and what is said otherwise
"""
