"""The rows of a made-up shop, one text for both engines; `{…}` is filled in by `bench.crowd`.

A part of the people is worked out in scratch tables first: `people` (who), `bought` (their entries), `sums`.
Ids are made from moments as `db.ids` does, with the customer's number in place of node and counter, so that
no two are alike.
"""

TABLES = (
    "customers", "type_changes", "accounts", "orders", "line_earnings", "ledger_entries", "lots", "allocations",
    "issued_rewards", "customer_tiers", "tier_changes", "preference_answers", "preference_contents",
    "preference_current", "preference_choices", "segment_facts", "segment_members", "segment_moves",
)  # fmt: skip

_FIRSTS = (
    "Ada Amir Anna Bea Bo Cem Cleo Dana Elif Emil Eva Finn Gia Hana Hugo Ida Ines Ivo Jana Joon Kai Lea Leo Lina "
    "Luis Maja Malik Mara Mila Nils Noa Nora Olu Omar Pia Rex Rosa Sami Sara Theo Tom Uma Vera Wim Xenia Yara Zoe"
)
_LASTS = (
    "Aalto Bakare Berg Brandt Castro Chen Dahl Demir Diaz Dubois Ek Fischer Fofana Garcia Haas Ivanova Jansen Kaya "
    "Keller Kim Koch Lang Lind Lopez Maier Meyer Moreau Mori Nagy Novak Okafor Olsen Park Peeters Petrov Popescu "
    "Rossi Roth Sato Schmidt Silva Singh Sousa Tanaka Vogel Weber Wolf Yilmaz Zeman"
)
FIRST_NAMES, LAST_NAMES = _FIRSTS.split(), _LASTS.split()

SCRATCH = (
    "CREATE TEMPORARY TABLE frequencies (step BIGINT PRIMARY KEY, many BIGINT)",
    "CREATE TEMPORARY TABLE worths (step BIGINT PRIMARY KEY, minor BIGINT)",
    "CREATE TEMPORARY TABLE numbers (n BIGINT PRIMARY KEY)",
    "CREATE TEMPORARY TABLE firsts (place BIGINT PRIMARY KEY, name TEXT)",
    "CREATE TEMPORARY TABLE lasts (place BIGINT PRIMARY KEY, name TEXT)",
    "CREATE TEMPORARY TABLE people (n BIGINT PRIMARY KEY, id BIGINT, type TEXT, first_name TEXT, last_name TEXT,"
    " email TEXT, ms BIGINT, many BIGINT)",
    "CREATE TEMPORARY TABLE bought (n BIGINT, k BIGINT, customer_id BIGINT, id BIGINT, name TEXT, ms BIGINT, kind TEXT,"
    " minor BIGINT, points BIGINT, balance BIGINT, source_id BIGINT, taken BIGINT, PRIMARY KEY (n, k))",
    "CREATE TEMPORARY TABLE sums (n BIGINT PRIMARY KEY, balance BIGINT, earned BIGINT, redeemed BIGINT, "
    "adjusted BIGINT, orders BIGINT, minor BIGINT, first_ms BIGINT, last_ms BIGINT)",
)

_SPAN_MS = 3 * 365 * 86_400_000
_PRIME, _OTHER, _THIRD = 2_654_435_761, 48_271, 69_621

_WHO = f"""INSERT INTO people SELECT w.n, w.ms * 4194304 + w.n, w.type, f.name, l.name,
      lower(f.name || '.' || l.name) || w.n || '@example.org', w.ms,
      CASE w.type WHEN 'guest' THEN 1 + w.n % 3 ELSE q.many END
    FROM (WITH RECURSIVE s (n) AS (SELECT CAST({{first}} AS BIGINT) UNION ALL SELECT n + 1 FROM s WHERE n < {{last}})
          SELECT n, CASE WHEN n % 12 = 11 THEN 'guest' WHEN n % 60 = 7 THEN 'left' ELSE 'member' END AS type,
            {{now_ms}} - {_SPAN_MS} + (n * {_PRIME}) % ({_SPAN_MS} / 10 * 9) AS ms FROM s) w
    JOIN frequencies q ON q.step = (w.n * {_OTHER}) % 1000
    JOIN firsts f ON f.place = w.n % {len(FIRST_NAMES)}
    JOIN lasts l ON l.place = (w.n / {len(FIRST_NAMES)} + w.n) % {len(LAST_NAMES)}"""

# Entries follow one another evenly from joining to now, each a little off its place.
_BOUGHT = f"""INSERT INTO bought SELECT n, k, customer_id, id, 'o' || (n * 1000 + k), ms, kind, minor, points,
      sum(points) OVER (PARTITION BY n ORDER BY k), lag(id) OVER (PARTITION BY n ORDER BY k),
      CASE lead(kind) OVER (PARTITION BY n ORDER BY k) WHEN 'redeem' THEN points ELSE 0 END
    FROM (SELECT e.*, CASE e.kind WHEN 'redeem' THEN -lag(e.credit) OVER (PARTITION BY n ORDER BY k)
                      ELSE e.credit END AS points
      FROM (SELECT d.*, d.ms * 4194304 + d.n AS id,
              CASE d.kind WHEN 'adjust' THEN 25 ELSE CASE WHEN d.minor < 100 THEN 1 ELSE d.minor / 100 END END AS
      credit
        FROM (SELECT p.n, p.id AS customer_id, k.n AS k, v.minor,
                CASE k.n % 12 WHEN 6 THEN 'redeem' WHEN 0 THEN 'adjust' ELSE 'earn_order' END AS kind,
                p.ms + k.n * (({{now_ms}} - p.ms) / (p.many + 1))
                  + (p.n * {_OTHER} + k.n * {_THIRD}) % (({{now_ms}} - p.ms) / (p.many + 1) / 2) AS ms
              FROM people p JOIN numbers k ON k.n <= p.many
              JOIN worths v ON v.step = (p.n * {_THIRD} + k.n * {_OTHER}) % 1000) d) e) x"""
_SUMS = """INSERT INTO sums SELECT n, sum(points), sum(CASE kind WHEN 'earn_order' THEN points ELSE 0 END),
      sum(CASE kind WHEN 'redeem' THEN -points ELSE 0 END), sum(CASE kind WHEN 'adjust' THEN points ELSE 0 END),
      sum(CASE kind WHEN 'earn_order' THEN 1 ELSE 0 END), sum(CASE kind WHEN 'earn_order' THEN minor ELSE 0 END),
      min(CASE kind WHEN 'earn_order' THEN ms END), max(ms) FROM bought GROUP BY n"""

_CUSTOMERS = """INSERT INTO customers (programme_id, id, uid, type, first_name, last_name, email, email_key, search,
      referral_code, card_number, accepts_email, birth_month, birth_day, spend_minor, order_count, first_order_at,
      last_order_at, last_activity_at, joined_at, left_at, created_at)
    SELECT 1, p.id, 'c' || p.n, p.type, p.first_name, p.last_name, p.email, p.email,
      lower(p.first_name || ' ' || p.last_name) || ' ' || p.email, 'C' || p.n,
      CAST(100000000000 + p.n AS TEXT), p.n % 2 = 0, p.n % 12 + 1, 9, s.minor, s.orders, {first_at}, {last_at},
      {last_at}, CASE WHEN p.type <> 'guest' THEN {p.at} END, CASE p.type WHEN 'left' THEN {gone_at} END, {p.at}
    FROM people p JOIN sums s ON s.n = p.n"""
_TYPE_CHANGES = """INSERT INTO type_changes (programme_id, id, customer_id, from_type, to_type, actor_kind,
      actor_name, at)
    SELECT 1, p.id, p.id, 'guest', 'member', 'system', 'Bench', {p.at} FROM people p WHERE p.type <> 'guest'"""
_GONE = """INSERT INTO type_changes (programme_id, id, customer_id, from_type, to_type, actor_kind, actor_name, at)
    SELECT 1, (s.last_ms + 60000) * 4194304 + p.n, p.id, 'member', 'left', 'system', 'Bench', {gone_at}
    FROM people p JOIN sums s ON s.n = p.n WHERE p.type = 'left'"""
_ACCOUNTS = """INSERT INTO accounts (programme_id, customer_id, balance, earned, redeemed, adjusted, seq)
    SELECT 1, p.id, s.balance, s.earned, s.redeemed, s.adjusted, p.many FROM people p JOIN sums s ON s.n = p.n"""
_ORDERS = """INSERT INTO orders (programme_id, id, uid, store_id, external_id, name, customer_id, status, currency,
      total_minor, earns, earned_points, discount_codes, placed_at, paid_at, received_at)
    SELECT 1, b.id, b.name, (SELECT id FROM stores WHERE programme_id = 1 AND handle = 'web'), b.name,
      '#' || (b.n * 1000 + b.k), b.customer_id, 'paid', 'EUR', b.minor, true, b.points, '[]', {b.at}, {b.at}, {b.at}
    FROM bought b WHERE b.kind = 'earn_order'"""
_LINES = """INSERT INTO line_earnings (programme_id, order_id, position, component, base_minor,
      multiplier_percent, points)
    SELECT 1, b.id, 0, 'order', b.minor, 100, b.points FROM bought b WHERE b.kind = 'earn_order'"""
_ENTRIES = f"""INSERT INTO ledger_entries (programme_id, id, uid, customer_id, seq, kind, points, balance_after,
      order_id,
      issued_reward_id, effective_at, recorded_at, available_at, breakdown, reason, actor_kind, actor_name, key,
      fingerprint)
    SELECT 1, b.id, b.name, b.customer_id, b.k, b.kind, b.points, b.balance,
      CASE b.kind WHEN 'earn_order' THEN b.id END, CASE b.kind WHEN 'redeem' THEN b.id END, {{b.at}}, {{b.at}},
      CASE WHEN b.points > 0 THEN {{b.at}} END, '{{}}', CASE b.kind WHEN 'adjust' THEN 'Thanks' ELSE '' END,
      'system', 'Bench', b.name, '{"0" * 64}' FROM bought b"""
_LOTS = """INSERT INTO lots (programme_id, id, customer_id, entry_id, order_id, points, remaining, available_at)
    SELECT 1, b.id, b.customer_id, b.id, CASE b.kind WHEN 'earn_order' THEN b.id END, b.points,
      b.points - b.taken, {b.at}
    FROM bought b WHERE b.points > 0"""
_ALLOCATIONS = """INSERT INTO allocations (programme_id, entry_id, lot_id, by_entry_id, points)
    SELECT 1, b.id, b.source_id, b.id, -b.points FROM bought b WHERE b.kind = 'redeem'"""
_ISSUED = """INSERT INTO issued_rewards (programme_id, id, uid, customer_id, reward_id, source, code, status,
      points_paid,
      entry_id, price, key, issued_at, used_at)
    SELECT 1, b.id, b.name, b.customer_id, (SELECT id FROM rewards WHERE programme_id = 1 AND name = '€5 off'),
      'redemption', replace(replace(CAST(100000000000 + b.n * 1000 + b.k AS TEXT), '0', 'A'), '1', 'B'),
      CASE b.n % 2 WHEN 0 THEN 'used' ELSE 'outstanding' END,
      -b.points, b.id, CAST('{"list_points": ' || -b.points || ', "cut_percent": 0, "points": ' || -b.points || '}'
        AS {json}), b.name, {b.at}, CASE b.n % 2 WHEN 0 THEN {b.at} END
    FROM bought b WHERE b.kind = 'redeem'"""
_TIER = """(SELECT t.id FROM tiers t WHERE t.programme_id = 1 AND t.threshold <= s.minor
      ORDER BY t.threshold DESC LIMIT 1)"""
_CUSTOMER_TIERS = f"""INSERT INTO customer_tiers (programme_id, customer_id, tier_id, since, metric_value,
      evaluated_at)
    SELECT 1, p.id, {_TIER}, {{p.at}}, s.minor, {{last_at}} FROM people p JOIN sums s ON s.n = p.n
    WHERE p.type = 'member'"""
_TIER_CHANGES = f"""INSERT INTO tier_changes (programme_id, id, customer_id, to_tier_id, manual, reason,
      rewards_triggered,
      period_key, metric_value, actor_kind, actor_name, at)
    SELECT 1, p.id, p.id, {_TIER}, false, 'Spent enough', false, 'lifetime', s.minor, 'system', 'Bench', {{p.at}}
    FROM people p JOIN sums s ON s.n = p.n WHERE p.type = 'member'"""

_TOLD = "p.n % 4 < 3 AND p.type = 'member'"
_LIKES = "CASE p.n % 3 WHEN 0 THEN 'coffee' ELSE 'tea' END"
_ANSWERS = f"""INSERT INTO preference_answers (programme_id, id, uid, customer_id, question_id, wording_id, verb,
      source,
      actor_kind, actor_name, at)
    SELECT 1, p.id, 'a' || p.n, p.id, q.id, q.wording_id, 'given', 'portal', 'member', '', {{p.at}}
    FROM people p JOIN preference_questions q ON q.programme_id = 1 AND q.key = 'likes' WHERE {_TOLD}"""
_CONTENTS = f"""INSERT INTO preference_contents (programme_id, answer_id, customer_id, options)
    SELECT 1, p.id, p.id, CAST('["' || {_LIKES} || '"]' AS {{json}}) FROM people p WHERE {_TOLD}"""
_CURRENT = f"""INSERT INTO preference_current (programme_id, customer_id, question_id, answer_id)
    SELECT 1, p.id, q.id, p.id FROM people p
    JOIN preference_questions q ON q.programme_id = 1 AND q.key = 'likes' WHERE {_TOLD}"""
_CHOICES = f"""INSERT INTO preference_choices (programme_id, question_key, option_key, customer_id, at)
    SELECT 1, 'likes', {_LIKES}, p.id, {{p.at}} FROM people p WHERE {_TOLD}"""

PEOPLE = (
    "DELETE FROM people", _WHO, "DELETE FROM bought", _BOUGHT, "DELETE FROM sums", _SUMS, _CUSTOMERS, _TYPE_CHANGES,
    _GONE, _ACCOUNTS, _ORDERS, _LINES, _ENTRIES, _LOTS, _ALLOCATIONS, _ISSUED, _CUSTOMER_TIERS,
    _TIER_CHANGES, _ANSWERS, _CONTENTS, _CURRENT, _CHOICES,
)  # fmt: skip
"""In this order, for each part of the people."""

# Good enough for pages that show and filter by them; a real refresh judges everybody anew.
_SCORES = """(SELECT p.n, p.id, s.*, CASE WHEN s.r > 3 AND s.f > 3 AND s.m > 3 THEN 1 WHEN s.r > 2 AND s.f > 3 THEN 2
        WHEN s.r > 2 THEN 3 WHEN s.f > 2 THEN 4 WHEN s.m > 2 THEN 5 ELSE 6 END AS rule
    FROM people p JOIN (SELECT n AS of_n, orders, minor, first_ms / 86400000 AS first_day,
      last_ms / 86400000 AS last_day,
        CASE WHEN {now_ms} - last_ms < 2592000000 THEN 5 WHEN {now_ms} - last_ms < 5184000000 THEN 4
             WHEN {now_ms} - last_ms < 10368000000 THEN 3 WHEN {now_ms} - last_ms < 20736000000 THEN 2 ELSE 1 END
      AS r,
        CASE WHEN orders > 20 THEN 5 WHEN orders > 9 THEN 4 WHEN orders > 4 THEN 3 WHEN orders > 2 THEN 2 ELSE 1
      END AS f,
        CASE WHEN minor > 800000 THEN 5 WHEN minor > 400000 THEN 4 WHEN minor > 150000 THEN 3
             WHEN minor > 80000 THEN 2 ELSE 1 END AS m FROM sums) s ON s.of_n = p.n
    WHERE p.type <> 'left')"""
_VALUE = """(SELECT w.id FROM segments w WHERE w.programme_id = 1 AND w.name = CASE x.rule WHEN 1 THEN 'Champion'
      WHEN 2 THEN 'Loyalty customers' WHEN 3 THEN 'Potential loyalists' WHEN 6 THEN 'Dormant' ELSE 'At-risk' END)"""
_FACTS = f"""INSERT INTO segment_facts (programme_id, customer_id, first_day, last_day, f_count, m_minor, ever_days,
      ever_minor, orders_ever, member, r_score, f_score, m_score, value_id, value_rule)
    SELECT 1, x.id, x.first_day, x.last_day, x.orders, x.minor, x.orders, x.minor, x.orders, true, x.r, x.f, x.m,
      {_VALUE}, x.rule FROM {_SCORES} x"""
_MOVES = f"""INSERT INTO segment_moves (programme_id, id, segment_id, customer_id, entered, cause, settled,
      since, at, facts)
    SELECT 1, {{now_ms}} * 4194304, {_VALUE}, x.id, true, 'first', true, {{now}}, {{now}}, '{{}}' FROM {_SCORES} x"""
_MEMBERS = f"""INSERT INTO segment_members (programme_id, segment_id, customer_id, since, move_id, settled, facts,
      tier_id)
    SELECT 1, {_VALUE}, x.id, {{now}}, {{now_ms}} * 4194304, true, '{{}}',
      (SELECT s.tier_id FROM customer_tiers s WHERE s.programme_id = 1 AND s.customer_id = x.id)
    FROM {_SCORES} x"""

JUDGED = (_FACTS, _MOVES, _MEMBERS)
