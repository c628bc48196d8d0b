"""Reading, tagging and search: everything that looks inside a document."""

import warnings

# Whoosh 2.7.4 is from 2016; Python says so once, when it first compiles it where nobody has yet.
warnings.filterwarnings("ignore", category=SyntaxWarning, module=r".*whoosh.*")
warnings.filterwarnings("ignore", category=DeprecationWarning, module=r".*whoosh.*")
