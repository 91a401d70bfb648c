#include "core/net/tls_context.hpp"

namespace handoff::net {
namespace {

namespace ssl = boost::asio::ssl;

TlsContext hardened(TlsContext::method method) {
  TlsContext context(method);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_max_early_data(context.native_handle(), 0);
  SSL_CTX_set_mode(context.native_handle(), SSL_MODE_RELEASE_BUFFERS);
  return context;
}

}  // namespace

std::expected<TlsContext, std::string> client_tls_context(const std::string& ca_file) {
  auto context = hardened(TlsContext::tls_client);
  boost::system::error_code ec;
  if (ca_file.empty()) {
    context.set_default_verify_paths(ec);
  } else {
    context.load_verify_file(ca_file, ec);
  }
  if (ec) return std::unexpected("tls: cannot read the CA file " + ca_file + ": " + ec.message());
  context.set_verify_mode(ssl::verify_peer);
  return context;
}

std::expected<TlsContext, std::string> server_tls_context(const std::string& cert_file, const std::string& key_file) {
  auto context = hardened(TlsContext::tls_server);
  boost::system::error_code ec;
  context.use_certificate_chain_file(cert_file, ec);
  if (ec) return std::unexpected("tls: cannot read the certificate " + cert_file + ": " + ec.message());
  context.use_private_key_file(key_file, TlsContext::pem, ec);
  if (ec) return std::unexpected("tls: cannot read the key " + key_file + ": " + ec.message());
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return std::unexpected("tls: the key " + key_file + " does not belong to " + cert_file);
  return context;
}

}  // namespace handoff::net
