"""Certificates for a test, made with openssl: an authority, and what it signs."""

import pathlib
import subprocess


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.PIPE)


class Authority:
    """folder/NAME.pem is its certificate."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder)
        self.key = self.folder / f"{name}.key"
        self.certificate = self.folder / f"{name}.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                "-keyout", self.key, "-out", self.certificate, "-subj", f"/CN={name}",
                "-days", 2)

    def sign(self, name, alternative=None):
        """Makes NAME.key and NAME.pem, and both in NAME.both.pem as Java wants them."""
        key, request = self.folder / f"{name}.key", self.folder / f"{name}.csr"
        certificate, both = self.folder / f"{name}.pem", self.folder / f"{name}.both.pem"
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative or 'DNS:' + name}\n", encoding="ascii")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc",
                "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                "-CAcreateserial", "-days", 2, "-extfile", extensions, "-out", certificate)
        both.write_text(key.read_text(encoding="ascii") + certificate.read_text(encoding="ascii"),
                        encoding="ascii")
        return key, certificate, both
