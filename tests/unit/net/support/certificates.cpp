#include "tests/unit/net/support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <memory>

namespace handoff::net::test {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Free<X509_free>>;

int close_file(FILE* file) { return std::fclose(file); }
using File = std::unique_ptr<FILE, Free<close_file>>;

void extend(X509* cert, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, cert, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Certificates::Certificates() {
  auto pattern = (std::filesystem::temp_directory_path() / "handoff-net-XXXXXX").string();
  folder_ = ::mkdtemp(pattern.data());
  ca_ = make("", 3600, true, nullptr);
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

CertificateFiles Certificates::issue(const std::string& subject, long ends_in_s) {
  return make(subject, ends_in_s, false, &ca_);
}

CertificateFiles Certificates::self_signed(const std::string& subject) { return make(subject, 3600, false, nullptr); }

CertificateFiles Certificates::make(const std::string& subject, long ends_in_s, bool ca,
                                    const CertificateFiles* issuer) {
  const Key key(EVP_EC_gen("P-256"));
  const Cert cert(X509_new());
  X509_set_version(cert.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), ++made_);
  X509_gmtime_adj(X509_getm_notBefore(cert.get()), -7200);
  X509_gmtime_adj(X509_getm_notAfter(cert.get()), ends_in_s);
  X509_set_pubkey(cert.get(), key.get());
  const std::string name = "test " + std::to_string(made_);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  Cert issuer_cert;
  Key issuer_key;
  if (issuer != nullptr) {
    const File cert_file(std::fopen(issuer->cert.c_str(), "r"));
    const File key_file(std::fopen(issuer->key.c_str(), "r"));
    issuer_cert.reset(PEM_read_X509(cert_file.get(), nullptr, nullptr, nullptr));
    issuer_key.reset(PEM_read_PrivateKey(key_file.get(), nullptr, nullptr, nullptr));
  }
  X509* by = issuer_cert ? issuer_cert.get() : cert.get();
  X509_set_issuer_name(cert.get(), X509_get_subject_name(by));
  if (ca) extend(cert.get(), by, NID_basic_constraints, "critical,CA:TRUE");
  if (!subject.empty()) extend(cert.get(), by, NID_subject_alt_name, subject);
  X509_sign(cert.get(), issuer_key ? issuer_key.get() : key.get(), EVP_sha256());

  const auto base = (folder_ / std::to_string(made_)).string();
  CertificateFiles out{base + ".cert.pem", base + ".key.pem"};
  const File cert_file(std::fopen(out.cert.c_str(), "w"));
  const File key_file(std::fopen(out.key.c_str(), "w"));
  PEM_write_X509(cert_file.get(), cert.get());
  PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return out;
}

}  // namespace handoff::net::test
