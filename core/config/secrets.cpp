#include "core/config/secrets.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "core/model/read_file.hpp"

namespace handoff::config {

namespace {

constexpr ::mode_t kOthers = 077;
constexpr ::off_t kSecretBytesMax = 64 * 1024;

/// Without what an editor puts around it: the mark of UTF-8, the end of the line.
std::string bare(std::string text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

void read_variable(Secret& secret, Diagnostics& out) {
  const char* value = std::getenv(secret.where.c_str());
  if (value != nullptr && *value != '\0') {
    secret.value = SecretText(bare(value));
    return;
  }
  out.emplace_back(
      secret.at, Severity::error,
      secret.name + ": environment variable " + secret.where + (value == nullptr ? " is not set" : " is empty"),
      "set it where handoff is started, or write { file = \"...\" }");
}

/// Why the file cannot be used, and what to do.
std::pair<std::string, std::string> refusal(const std::string& path) {
  struct ::stat info{};
  if (::stat(path.c_str(), &info) != 0) {
    std::string hint = errno == ENOENT ? "create it, or correct the path" : "check the permissions of its folder";
    return {std::error_code(errno, std::generic_category()).message(), hint};
  }
  if (S_ISDIR(info.st_mode)) return {"it is a folder", "write the path of a file"};
  if (!S_ISREG(info.st_mode)) return {"it is no file", "write the path of a file"};
  if ((info.st_mode & kOthers) != 0) return {"others can read or change it", "chmod 600 " + path};
  if (info.st_size == 0) return {"it is empty", "write the secret into it"};
  if (info.st_size > kSecretBytesMax) return {"it is larger than 64 KiB", "that is no secret: correct the path"};
  return {};
}

void read_file(Secret& secret, Diagnostics& out) {
  auto [why, hint] = refusal(secret.where);
  std::string content;
  if (why.empty()) {
    std::expected<std::string, Unread> read = handoff::read_file(secret.where, kSecretBytesMax);
    if (read) content = bare(std::move(*read));
    if (!read) {
      why = "it cannot be read: " + read.error().why;
      hint = "give it to the user that runs handoff";
    } else if (content.empty()) {
      why = "it is empty";
      hint = "write the secret into it";
    }
  }
  secret.value = SecretText(std::move(content));
  if (!why.empty())
    out.emplace_back(secret.at, Severity::error, secret.name + ": cannot use " + secret.where + ": " + why, hint);
}

void resolve(Secret& secret, Diagnostics& out) {
  if (secret.kind == Secret::Kind::env)
    read_variable(secret, out);
  else
    read_file(secret, out);
}

/// No secret, but as missing as its key would be.
void check_certificate(const Tls& tls, Diagnostics& out) {
  std::string listener = tls.key.name.substr(0, tls.key.name.rfind('.'));
  if (std::expected<std::string, Unread> read = handoff::read_file(*tls.cert); !read)
    out.emplace_back(tls.cert.at, Severity::error,
                     listener + ".cert: cannot use " + *tls.cert + ": " + read.error().why,
                     "write the path of a PEM file, the certificate first, then those above it");
}

}  // namespace

Diagnostics resolve_secrets(Settings& settings) {
  Diagnostics out;
  for (Listener* listener : {&settings.listen.registers, &settings.listen.inbound, &settings.listen.admin})
    if (listener->tls) {
      resolve(listener->tls->key, out);
      check_certificate(*listener->tls, out);
    }
  for (auto& [name, connector] : settings.connectors)
    for (auto& [key, secret] : connector.secrets) resolve(secret, out);
  for (auto& [name, channel] : settings.alerts.channels)
    for (std::optional<Secret>* secret : {&channel.password, &channel.secret_url, &channel.secret})
      if (*secret) resolve(**secret, out);
  sort(out);
  return out;
}

}  // namespace handoff::config
