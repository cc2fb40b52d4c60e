"""What Juniper & Rye sells, and what people put in their baskets."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from db.enums import LineKind
from loyalty.rules.products import IncomingProduct

DELIVERY_MINOR = 490
FREE_DELIVERY_FROM_MINOR = 4_500
TAX_PERCENT = 8
"""On drinks and things; bread is food and has none."""


@dataclass(frozen=True, slots=True)
class Article:
    """Something on the shelf. `price_minor` in cents, tax not included; `weight` is how often it is picked."""

    title: str
    category: str
    price_minor: int
    weight: int = 4
    kind: LineKind = LineKind.PRODUCT
    tags: tuple[str, ...] = ()
    taxed: bool = False

    @property
    def sku(self) -> str:
        return "-".join(
            "".join(char for char in word if char.isalnum()) for word in self.title.upper().split()
        )[:40]

    def told(self, at: datetime) -> IncomingProduct:
        """As the web shop's platform tells of it."""
        return IncomingProduct(self.sku, self.title, self.category, self.tags, (self.sku,), at)


def _shelf(category: str, *articles: tuple[str, int, int], taxed: bool = False) -> tuple[Article, ...]:
    return tuple(Article(title, category, price, weight, taxed=taxed) for title, price, weight in articles)


BREAD = _shelf(
    "Bread",
    ("Seeded sourdough", 850, 9),
    ("Country sourdough", 780, 8),
    ("Mill Lane rye", 820, 6),
    ("Baguette", 390, 8),
    ("Rosemary focaccia", 690, 4),
    ("Brioche loaf", 920, 3),
    ("Spelt and honey loaf", 880, 3),
    ("Olive ciabatta", 560, 3),
)
PASTRY = _shelf(
    "Pastry",
    ("Butter croissant", 395, 10),
    ("Almond croissant", 475, 6),
    ("Pain au chocolat", 440, 7),
    ("Pistachio croissant", 525, 4),
    ("Cinnamon knot", 425, 5),
    ("Cardamom bun", 430, 6),
    ("Apple turnover", 450, 3),
    ("Cheddar and chive scone", 420, 3),
)
CAKE = _shelf(
    "Cake",
    ("Carrot cake slice", 575, 5),
    ("Flourless chocolate slice", 595, 4),
    ("Lemon drizzle loaf", 1650, 3),
    ("Hazelnut babka", 1890, 3),
    ("Celebration cake", 4800, 1),
)
DRINKS = _shelf(
    "Coffee",
    ("Flat white", 450, 10),
    ("Cappuccino", 450, 8),
    ("Filter coffee", 375, 7),
    ("Espresso", 325, 4),
    ("Oat latte", 525, 7),
    ("Cold brew", 475, 4),
    taxed=True,
) + _shelf("Tea", ("Breakfast tea", 350, 4), ("Masala chai", 475, 3), ("Hot chocolate", 495, 3), taxed=True)
BEANS = _shelf(
    "Beans",
    ("House espresso, 250 g", 1650, 6),
    ("Ethiopia Guji, 250 g", 1950, 4),
    ("Colombia Huila, 250 g", 1850, 4),
    ("Decaf, 250 g", 1750, 2),
    ("House espresso, 1 kg", 5400, 1),
)
PANTRY = _shelf(
    "Pantry",
    ("Raspberry jam", 890, 4),
    ("Wildflower honey", 1190, 3),
    ("Maple granola", 1090, 4),
    ("Cultured butter", 795, 5),
    ("Salted caramel", 940, 2),
)
THINGS = _shelf(
    "Homeware",
    ("Keep cup", 2400, 3),
    ("Enamel mug", 1650, 3),
    ("Linen bread bag", 1800, 2),
    ("Bread knife", 4200, 1),
    taxed=True,
)
CLASS = Article("Sourdough class", "Classes", 9500, 1)
FOOD_BANK = Article("Loaf for the food bank", "Giving", 500, 1, tags=("no-points",))
GIFT_CARDS = (
    Article("Gift card $25", "Gift cards", 2500, 2, LineKind.GIFT_CARD),
    Article("Gift card $50", "Gift cards", 5000, 1, LineKind.GIFT_CARD),
)

ARTICLES = (*BREAD, *PASTRY, *CAKE, *DRINKS, *BEANS, *PANTRY, *THINGS, CLASS, FOOD_BANK, *GIFT_CARDS)
BY_TITLE = {article.title: article for article in ARTICLES}

Basket = tuple[tuple[Article, int], ...]
"""Articles with how many of each."""


def at_the_counter(luck: Random) -> Basket:
    """A drink, often something beside it, sometimes a loaf to take home."""
    basket = [(_pick(luck, DRINKS), 2 if luck.random() < 0.15 else 1)]
    if luck.random() < 0.6:
        basket.append((_pick(luck, PASTRY), 2 if luck.random() < 0.2 else 1))
    if luck.random() < 0.3:
        basket.append((_pick(luck, BREAD), 1))
    if luck.random() < 0.08:
        basket.append((_pick(luck, CAKE), 1))
    return tuple(basket)


def on_the_web(luck: Random) -> Basket:
    """Bread and beans for the week, now and then a present."""
    basket = [(_pick(luck, BREAD), 2 if luck.random() < 0.3 else 1)]
    for shelf, chance in ((BEANS, 0.55), (PANTRY, 0.4), (PASTRY, 0.35), (CAKE, 0.2), (THINGS, 0.08)):
        if luck.random() < chance:
            basket.append((_pick(luck, shelf), 2 if luck.random() < 0.15 else 1))
    rare = luck.random()
    if rare < 0.02:
        basket.append((_pick(luck, GIFT_CARDS), 1))
    elif rare < 0.05:
        basket.append((FOOD_BANK, 1))
    elif rare < 0.06:
        basket.append((CLASS, 1))
    return tuple(basket)


def basket(*titles: str) -> Basket:
    """One of each of these. Raises KeyError for a title that isn't on the shelf."""
    return tuple((BY_TITLE[title], 1) for title in titles)


def _pick(luck: Random, shelf: tuple[Article, ...]) -> Article:
    return luck.choices(shelf, [article.weight for article in shelf])[0]
