"""Why a trained model may spell a word otherwise than it should."""

from typing import Any


def why_misspelled(text: str, said: Any) -> str:
    """The likeliest cause, where `said` is not what follows each character of `text`."""
    if not isinstance(said, str):
        return 'a string is due: "".join(...) makes one of a list of characters'
    if len(said) != len(text):
        return "one character is due for each of the text, no more and no fewer"
    if said == text:
        return "each character is its own answer: are the targets the inputs themselves?"
    if len(set(said)) == 1:
        return "the answer is always the same: fit has learnt next to nothing"
    if len(set(zip(text, said, strict=True))) == len(set(text)):
        return "a letter has one answer wherever it stands: the hidden state is lost on the way"
    return "fit learns too little, or spell does not take the highest score of each step"
