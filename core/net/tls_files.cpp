#include "core/net/tls_files.hpp"

#include "core/net/tls_context.hpp"

namespace handoff::net {

std::string ca_problem(const std::string& ca_file) {
  auto made = client_tls_context(ca_file);
  return made ? std::string() : made.error();
}

std::string certificate_problem(const std::string& cert_file, const std::string& key_file) {
  auto made = server_tls_context(cert_file, key_file);
  return made ? std::string() : made.error();
}

}  // namespace handoff::net
