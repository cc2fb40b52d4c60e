"""Names for a neighbourhood. Written by hand; nobody in particular is meant."""

from random import Random

_NAMES = """
Ana Bruna Caio Davi Helena Joana Luiza Mateus Rafael Tomás
Almeida Barbosa Cardoso Duarte Ferraz Moura Nogueira Pires Teixeira Vasques
Aisha Chidi Emeka Folake Ifeoma Kelechi Ngozi Obinna Tunde Zainab
Adeyemi Balogun Chukwu Danjuma Eze Lawal Nwosu Okeke Salako Udo
Anneliese Bastian Hanna Jonas Katrin Lena Mila Niklas Ottilie Till
Albrecht Brandt Dietz Hartmann Krüger Lorenz Reuter Seidel Vogel Ziegler
Aarav Deepa Ishaan Kavya Meera Nikhil Priya Rohan Sunita Vikram
Bhatt Chandra Desai Iyer Kulkarni Menon Patel Raghunathan Sethi Varma
Bo Chen Hui Jing Li-Na Mei Ping Wei-Ling Xiao Yun
Cao Chua Deng Fang Guo Huang Lin Shen Tan Zhou
Aiko Daichi Emi Haruto Kenji Mio Naoki Rin Sakura Yuto
Aoki Fujita Hayashi Ishii Kimura Mori Nakano Okada Sato Yamada
Aoife Brendan Ciara Declan Fiona Grace Niamh Orla Ronan Saoirse
Brennan Doyle Farrell Keane Lynch Moran Nolan O’Donnell Quinn Sheehan
Alba Bruno Carmen Diego Elena Iker Lucía Marta Pablo Sofía
Aguilar Cano Domínguez Herrera Ibarra Marín Navarro Peña Rojas Soler
Agnieszka Bartosz Ewa Filip Jadwiga Kinga Mateusz Oliwia Paweł Zofia
Bielak Czarnecki Dudek Górski Kowalczyk Lis Nowicki Pawlak Sikora Wrona
Amal Dalia Faris Hadi Jamila Karim Layla Nadia Omar Yasmin
Abbas Barakat Darwish Haddad Khalil Mansour Nasser Rahal Saleh Zaki
Aaliyah Andre Bianca Curtis Denise Jerome Kendra Malik Tasha Whitney
Bell Brooks Carter Dawson Ellis Fields Greene Hayes Mercer Tate
Astrid Bjørn Elin Freja Gustav Ingrid Lars Maja Nils Sigrid
Berg Dahl Ekström Holm Lindqvist Møller Nyberg Sandvik Strand Wiklund
Anton Dmitri Galina Irina Katya Maxim Nadja Oleg Sasha Vera
Belov Fedorov Gromov Ivanova Kuznetsov Lebedev Petrov Smirnova Volkov Zorina
Bea Callum Daphne Edith Freddie Harriet Imogen Jasper Rowan Tilly
Ashworth Barlow Clegg Fairfax Hale Langley Marsh Pemberton Sutcliffe Whitlock
Claire Étienne Hugo Inès Léa Margaux Noé Odile Rémi Théo
Blanchard Carpentier Delmas Fournier Garnier Lambert Marchand Perrin Roussel Vidal
Eleni Georgios Ioanna Kostas Leto Nikos Petros Sofia Thalia Yannis
Alexiou Drakos Galanis Kouris Lekkas Manos Pappas Rallis Stathis Vlachos
"""
_LINES = [tuple(line.split()) for line in _NAMES.strip().splitlines()]
_NEIGHBOURHOOD = tuple(zip(_LINES[::2], _LINES[1::2], strict=True))
"""Given names and family names, line by line in turn, ten of each from one part of the world."""

_MIXED = 0.15
"""How many have their given name from one part of the world and their family name from another."""


def name(luck: Random) -> tuple[str, str]:
    """A given and a family name that go together, mostly."""
    given, family = luck.choice(_NEIGHBOURHOOD)
    if luck.random() < _MIXED:
        family = luck.choice(_NEIGHBOURHOOD)[1]
    return luck.choice(given), luck.choice(family)
