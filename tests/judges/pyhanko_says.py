"""Says of every signature of the files named what pyHanko finds, one line each."""

import sys

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import find_cms_attribute_iter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

for path in sys.argv[1:]:
    with open(path, "rb") as file:
        reader = PdfFileReader(file)
        for signature in reader.embedded_signatures:
            # Who made the key vouches for it: whether it is known is not what is asked here.
            context = ValidationContext(trust_roots=[signature.signer_cert])
            tokens = find_cms_attribute_iter(
                signature.signer_info["unsigned_attrs"], "signature_time_stamp_token"
            )
            roots = [c.chosen for t in tokens for c in t["content"]["certificates"]]
            found = validate_pdf_signature(
                signature, context, ValidationContext(trust_roots=roots)
            )
            time = found.timestamp_validity
            print(
                signature.field_name,
                "intact" if found.intact else "changed",
                "valid" if found.valid else "invalid",
                "trusted" if found.trusted else "untrusted",
                found.coverage.name,
                found.modification_level.name,
                "unstamped"
                if time is None
                else "stamped"
                if time.intact and time.valid and time.trusted
                else "misstamped",
                "accepted" if found.bottom_line else "refused",
            )
