#!/bin/sh
# Makes chain.pem and key.pem: a chain of the shape and size (about 2.5 KB) of the one that Cloudflare sends,
# leaf, intermediate and a cross-signed root. It proves nothing to anybody: its key is public, its name
# (petition.test) cannot exist, and the browser of the curtain ignores certificate errors. Valid for 100 years.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A leaf carries two signed certificate timestamps (about 240 bytes); filler of that size stands for them.
timestamps=$(head -c 240 /dev/zero | tr '\0' 'A' | od -v -An -tx1 | tr -d ' \n')
cat > "$work/extensions" <<END
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = caIssuers;URI:http://authority.test/root.crt
crlDistributionPoints = URI:http://authority.test/root.crl
certificatePolicies = 2.23.140.1.2.1
[leaf]
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
basicConstraints = critical, CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://ocsp.authority.test/s/we1/abc, caIssuers;URI:http://authority.test/we1.crt
subjectAltName = DNS:petition.test, DNS:*.petition.test
certificatePolicies = 2.23.140.1.2.1
crlDistributionPoints = URI:http://authority.test/we1/abcdefghijk.crl
1.3.6.1.4.1.99999.1 = ASN1:FORMAT:HEX,OCT:$timestamps
END

# usage: issue NAME SUBJECT CURVE ISSUER SECTION
issue() {
  openssl ecparam -genkey -noout -name "$3" -out "$work/$1.key"
  openssl req -new -key "$work/$1.key" -subj "$2" -out "$work/$1.csr"
  openssl x509 -req -in "$work/$1.csr" -CA "$work/$4.pem" -CAkey "$work/$4.key" -CAcreateserial -sha256 \
    -days 36500 -extfile "$work/extensions" -extensions "$5" -out "$work/$1.pem" 2>/dev/null
}
openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 36500 -subj '/C=BE/O=GlobalTrust nv-sa/OU=Root CA/CN=GlobalTrust Root CA' \
  -keyout "$work/old.key" -out "$work/old.pem" 2>/dev/null
issue root '/C=US/O=Trust Services of the Curtain LLC/CN=Curtain Root R4' secp384r1 old authority
issue intermediate '/C=US/O=Trust Services of the Curtain/CN=WE1' prime256v1 root authority
issue leaf '/CN=petition.test' prime256v1 intermediate leaf
openssl pkcs8 -topk8 -nocrypt -in "$work/leaf.key" -out key.pem
for one in leaf intermediate root; do openssl x509 -in "$work/$one.pem"; done > chain.pem
for one in leaf intermediate root; do openssl x509 -in "$work/$one.pem" -outform der | wc -c; done
