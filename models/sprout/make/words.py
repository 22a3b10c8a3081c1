"""The words that stories, lists and introductions are filled with.

The order of each list decides what a seed draws: append, don't sort.
"""

NAMES = (
    "Ada Alan Grace Linus Barbara Edsger Donald Margaret Ken Dennis Frances John "
    "Katherine Tim Radia Leslie Robin Maya Omar Ines Yuki Lena Marco Nina Oscar Priya "
    "Ravi Sofia Tomas Uma Viktor Wendy Xenia Yara Zoe Ben Clara Dario Elif Felix Gita "
    "Hugo Ivan Julia Kofi Lars Mina Noor Olga Pablo Rosa Sami Tara Emil Anna Jonas Mei "
    "Kai Leo Mila"
).split()

ANIMALS = (
    "cat dog fox owl bear frog duck horse mouse rabbit turtle whale lion tiger wolf "
    "goat sheep hen bee ant crow otter seal crab panda koala"
).split()

COLORS = (
    "red blue green yellow white black brown golden silver purple orange pink grey"
).split()

PLACES = (
    "forest garden river village mountain valley beach island meadow farm castle "
    "library harbour desert lake"
).split()

THINGS = (
    "key lamp book map bell ring boat kite drum coin letter stone flower ladder basket "
    "lantern"
).split()

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve"
).split()
"""NUMBERS[n] is n in words."""
