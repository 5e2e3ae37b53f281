"""Says of every signature of the files named what pyHanko finds, one line each."""

import sys

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        for signature in reader.embedded_signatures:
            # Who made the key vouches for it: whether it is known is not what is asked here.
            context = ValidationContext(trust_roots=[signature.signer_cert])
            found = validate_pdf_signature(signature, context)
            print(
                signature.field_name,
                "intact" if found.intact else "changed",
                "valid" if found.valid else "invalid",
                "trusted" if found.trusted else "untrusted",
                found.coverage.name,
                found.modification_level.name,
                "accepted" if found.bottom_line else "refused",
            )
