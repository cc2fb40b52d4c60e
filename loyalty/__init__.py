"""The loyalty programme itself: no Litestar, no Jinja, no HTTP.

What others call, noun by noun; a package's own docstring lists its files:

    programmes       the tenant: unit, currency, time zone, policies
    programme_details  name, words, place, money, brand, objective: reading and changing them
    bounces          mails that come back, and readers who want no more, as servers report them
    brand            a shop's logo, for admin, portal and mail
    programme_files  the programme as a TOML file, applied again and again
    drafts           changes that show what they would do before they hold
    stores           the sales channels, and the secrets their webhooks are signed with
    customers        guests, members and those who left: matching, moving, searching, erasing
    products         what shops sell, as platforms tell it: the categories and tags of orders' lines
    orders           orders and refunds as they come in, and the points they are worth now
    earning          rule versions in force, what an action earns
    dry_runs         a rule tried on real orders before it is in force
    multipliers      promises of more points on one order: granted, used, given back
    bonuses          points promised for the nth order: paid and taken back with the orders
    ledger           entries, lots, debts; balances, explanations, proof
    ladder           the tiers as their page draws them, with the people in each
    policies         expiry, hold, what happens below zero; the size of a stamp card
    tiers            levels, what moves people between them, changes by hand
    approvals        adjustments above a limit, decided by a second person
    audiences        whom something is for: segments named and chosen, who was in them when
    rewards          catalogue, price cuts, redeeming, codes, removing, goodwill
    till             what counter staff need of a customer, in seconds
    catalogue        the rewards as a merchant reads them, with figures
    referrals        clicks, claims, completion, both cancellations
    rings            referrals that share signals, decided together
    reviews          submitted, decided, paid
    preferences      what customers tell on purpose, what it earns, what may be sent to them
    surveys          quizzes, polls, challenges and pledges, and what their outcomes give
    views            saved views of the customers list
    batches          one change of many people, in the background, undone by one press
    messages         what a campaign wrote into the portal: the inbox
    endpoints        where messages are handed to, signed
    campaigns        an offer and a message to segments, sent once, with a holdout to measure by
    automations      a message to one person when something happens to them
    segments         named sets of customers, kept as things happen
    merging          two records of one person become one, and two again
    lookup           the one box on every page: people, orders, codes
    notes            what the team writes about a customer
    history          a customer's part of the audit trail, made readable
    home             what needs somebody, and how the programme is doing
    activities       what happened, as lists a merchant filters
    staff            who works here: invitations, roles, signing in
    members          the member's own side: signing in without a password, joining, their pages
    two_step         a code from a phone beside the password
    sessions         signed-in browsers, one-time links, waiting sentences

What comes in and goes out:

    integrations     the platforms: webhooks and exports, read into one form
    events           webhooks kept as they came, applied by the worker
    imports          a shop's own files
    exports          balances, customers and entries as CSV
    api_keys         who may call the REST API, and what repeated calls are answered
    queue            work for later, written in the transaction that causes it
    jobs             the worker, the clockwork, one small file per job
    mail             letters to customers, sent once
    languages        the languages members read in
    due              whose segments are to be looked at again
    triggers         what starts an automation for somebody, noted where it shows
    outbox           what happened, for whoever listens outside
    backups          copies of the whole database that can be put back
    cli              the `regulars` command
    doctor           what would keep an installation from working
    demo             the demo shop, played through the real verbs

What everything stands on:

    rules            pure functions on frozen values; `now` is an argument
    sealing          the trail's chain of hashes
    audit            one action a verb, with before, after and how to take it back
    undo             taking an audited action back
    undo_each        the same for many people together
    references       public names for rows that have none of their own
    once             what the records of a batch ask alike, asked once a transaction
    repeats          a key asked for twice gives the first outcome
    turning          pages of a list, forwards and backwards
    states           a row in another state, with its version
    busy             the database is contended: nothing was changed, try again
    calendar         a programme's days as moments
    clock            the one clock, which tests and the demo can set
    errors           refusals: sentences a shopkeeper understands
    vault            secrets that the database alone doesn't tell
    logs             JSON lines, without anybody's data
    settings         environment variables with the prefix REGULARS_
"""
