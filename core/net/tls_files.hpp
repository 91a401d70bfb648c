#pragma once
// Whether files are what TLS is made of here, before anything is connected. What is wrong, or nothing.

#include <string>

namespace handoff::net {

/// PEM: whom peers must be certified by.
std::string ca_problem(const std::string& ca_file);
/// PEM: a chain, and the key that belongs to it.
std::string certificate_problem(const std::string& cert_file, const std::string& key_file);

}  // namespace handoff::net
