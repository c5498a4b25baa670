"""The sections of the International Classification of Crime for Statistical Purposes.

Source: UNODC, ICCS version 1.0 (March 2015). A division has four digits, a group five, a class six;
each begins with those of what it belongs to, so the first two name the section.
"""

SECTIONS: dict[str, str] = {
    "01": "acts leading to death or intending to cause death",
    "02": "acts causing harm or intending to cause harm to the person",
    "03": "injurious acts of a sexual nature",
    "04": "acts against property involving violence or threat against a person",
    "05": "acts against property only",
    "06": "acts involving controlled psychoactive substances or other drugs",
    "07": "acts involving fraud, deception or corruption",
    "08": "acts against public order, authority and provisions of the State",
    "09": "acts against public safety and State security",
    "10": "acts against the natural environment",
    "11": "other criminal acts not elsewhere classified",
}
