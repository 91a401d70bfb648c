#pragma once
// Certificates made while a test runs, so that none lies in the tree and none runs out.

#include <filesystem>
#include <string>

namespace handoff::net::test {

struct CertificateFiles {
  std::string cert;  // PEM
  std::string key;   // PEM
};

/// A folder of its own with a CA in it; removed at the end.
class Certificates {
 public:
  Certificates();
  ~Certificates();
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  const std::string& ca_file() const { return ca_.cert; }
  /// For `subject` ("DNS:localhost" or "IP:127.0.0.1"), signed by the CA, valid from an hour or two ago until
  /// `ends_in_s` from now.
  CertificateFiles issue(const std::string& subject, long ends_in_s = 3600);
  CertificateFiles self_signed(const std::string& subject);

 private:
  std::filesystem::path folder_;
  CertificateFiles ca_;
  int made_ = 0;
  CertificateFiles make(const std::string& subject, long ends_in_s, bool ca, const CertificateFiles* issuer);
};

}  // namespace handoff::net::test
