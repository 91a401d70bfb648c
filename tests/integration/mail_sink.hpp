#pragma once
// A mail server that keeps what it is given.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace handoff::support {

struct Mail {
  std::string from, text;  // text: header and body, as sent
  std::vector<std::string> to;
  std::string user, password;  // empty: nobody logged in
  bool secure = false;
};

/// On a port of its own until it is destroyed.
class MailSink {
 public:
  /// With a certificate it offers STARTTLS, and takes nothing before it.
  explicit MailSink(const std::string& cert_file = "", const std::string& key_file = "");
  ~MailSink();
  /// From now on its answer to QUIT is a reset of the connection.
  void reset_at_quit();
  int port() const;
  std::vector<Mail> mails() const;
  /// All that ever came in clear.
  std::string seen_in_clear() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace handoff::support
