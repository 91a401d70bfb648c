#pragma once
// How this house speaks TLS, in both directions. For the sources of this folder only: includes Asio and OpenSSL.

#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <string>

namespace handoff::net {

using TlsContext = boost::asio::ssl::context;

/// TLS 1.2 or newer, peers always verified against the CAs of `ca_file` (PEM), or of the system if it is empty.
std::expected<TlsContext, std::string> client_tls_context(const std::string& ca_file);

/// TLS 1.2 or newer with a certificate chain and key (PEM files); no compression, no renegotiation, no early data.
std::expected<TlsContext, std::string> server_tls_context(const std::string& cert_file, const std::string& key_file);

}  // namespace handoff::net
