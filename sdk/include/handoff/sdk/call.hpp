#pragma once
// A request a connector asks for, and the reply it gets.

#include <handoff/abi.h>

#include <handoff/sdk/codec.hpp>
#include <stdexcept>

namespace handoff {

enum class Retry : std::uint32_t {
  safe = HANDOFF_RETRY_SAFE,
  idempotent = HANDOFF_RETRY_IDEMPOTENT,
  reverse = HANDOFF_RETRY_REVERSE,
  unsafe = HANDOFF_RETRY_UNSAFE
};

/// One HTTP request under a label. Name it before you await it (g++ 12 miscompiles temporaries inside co_await).
class Request {
 public:
  Request(Retry retry, std::string label, std::string method, std::string target)
      : retry_(retry), label_(std::move(label)), method_(std::move(method)), target_(std::move(target)) {}

  Request& header(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  Request& json(const json::Value& body) {
    body_ = json::write(body);
    return header("Content-Type", "application/json");
  }
  Request& form(const std::string& text) {
    body_ = text;
    return header("Content-Type", "application/x-www-form-urlencoded");
  }

  Retry retry() const { return retry_; }
  const std::string& label() const { return label_; }
  const std::string& method() const { return method_; }
  const std::string& target() const { return target_; }
  const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }
  const std::string& body() const { return body_; }

 private:
  Retry retry_;
  std::string label_, method_, target_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
};

/// One call on the connection's folder (abi.h, handoff_file_request). Name it before you await it.
class FileRequest {
 public:
  /// Plain files of `folder`, the oldest first, a thousand at most and `passed_over` of them left out: list_of_files(reply).
  static FileRequest list(std::string label, std::string folder, std::uint64_t passed_over = 0) {
    FileRequest out(HANDOFF_FILE_LIST, Retry::safe, std::move(label), std::move(folder));
    out.offset_ = passed_over;
    return out;
  }
  static FileRequest read(std::string label, std::string path, std::uint64_t offset, std::uint64_t length) {
    FileRequest out(HANDOFF_FILE_READ, Retry::safe, std::move(label), std::move(path));
    out.offset_ = offset;
    out.length_ = length;
    return out;
  }
  /// It is claimed/<name> from now on, and no other hub's.
  static FileRequest claim(std::string label, std::string path) {
    return FileRequest(HANDOFF_FILE_CLAIM, Retry::safe, std::move(label), std::move(path));
  }
  /// `path`: below claimed/.
  static FileRequest move(std::string label, std::string path, std::string to) {
    FileRequest out(HANDOFF_FILE_MOVE, Retry::safe, std::move(label), std::move(path));
    out.to_ = std::move(to);
    return out;
  }
  /// A declared call, `retry` as in connector.json.
  static FileRequest write(Retry retry, std::string label, std::string path, std::string content) {
    FileRequest out(HANDOFF_FILE_WRITE, retry, std::move(label), std::move(path));
    out.content_ = std::move(content);
    return out;
  }

  handoff_file_action action() const { return action_; }
  Retry retry() const { return retry_; }
  const std::string& label() const { return label_; }
  const std::string& path() const { return path_; }
  const std::string& to() const { return to_; }
  std::uint64_t offset() const { return offset_; }
  std::uint64_t length() const { return length_; }
  const std::string& content() const { return content_; }

 private:
  FileRequest(handoff_file_action action, Retry retry, std::string label, std::string path)
      : action_(action), retry_(retry), label_(std::move(label)), path_(std::move(path)) {}
  handoff_file_action action_;
  Retry retry_;
  std::string label_, path_, to_, content_;
  std::uint64_t offset_ = 0, length_ = 0;
};

/// A rest between two calls, at most five minutes: a vendor that wants to be asked again a little later.
class Sleep {
 public:
  Sleep(std::string label, std::uint64_t milliseconds) : label_(std::move(label)), milliseconds_(milliseconds) {}
  const std::string& label() const { return label_; }
  std::uint64_t milliseconds() const { return milliseconds_; }

 private:
  std::string label_;
  std::uint64_t milliseconds_;
};

/// "Is `expected` the MAC of `message` under this secret?" Only in inbound.
class MacCheck {
 public:
  MacCheck(std::string label, std::string secret, std::string message, std::string expected, handoff_encoding encoding,
           handoff_mac_algorithm algorithm = HANDOFF_MAC_HMAC_SHA256)
      : label_(std::move(label)),
        secret_(std::move(secret)),
        message_(std::move(message)),
        expected_(std::move(expected)),
        encoding_(encoding),
        algorithm_(algorithm) {}
  const std::string& label() const { return label_; }
  const std::string& secret() const { return secret_; }
  const std::string& message() const { return message_; }
  const std::string& expected() const { return expected_; }
  handoff_encoding encoding() const { return encoding_; }
  handoff_mac_algorithm algorithm() const { return algorithm_; }

 private:
  std::string label_, secret_, message_, expected_;
  handoff_encoding encoding_;
  handoff_mac_algorithm algorithm_;
};

/// "What is the MAC of `message` under this secret?" Only in auth and sign; the reply's body is the MAC.
class Mac {
 public:
  Mac(std::string label, std::string secret, std::string message, handoff_encoding encoding,
      handoff_mac_algorithm algorithm = HANDOFF_MAC_HMAC_SHA256)
      : label_(std::move(label)),
        secret_(std::move(secret)),
        message_(std::move(message)),
        encoding_(encoding),
        algorithm_(algorithm) {}
  const std::string& label() const { return label_; }
  const std::string& secret() const { return secret_; }
  const std::string& message() const { return message_; }
  handoff_encoding encoding() const { return encoding_; }
  handoff_mac_algorithm algorithm() const { return algorithm_; }

 private:
  std::string label_, secret_, message_;
  handoff_encoding encoding_;
  handoff_mac_algorithm algorithm_;
};

/// Stands for a secret's value in requests of auth and in the headers that auth and sign result in.
inline std::string secret_place(std::string_view name) {
  return HANDOFF_SECRET_BEGIN + std::string(name) + HANDOFF_SECRET_END;
}

enum class Failed : std::uint32_t {
  retryable = HANDOFF_FAIL_RETRYABLE,
  rate_limited = HANDOFF_FAIL_RATE_LIMITED,
  auth = HANDOFF_FAIL_AUTH,
  rejected = HANDOFF_FAIL_REJECTED,
  not_found = HANDOFF_FAIL_NOT_FOUND,
  unsupported = HANDOFF_FAIL_UNSUPPORTED,
  config = HANDOFF_FAIL_CONFIG,
  unreadable = HANDOFF_FAIL_UNREADABLE,
  cursor_expired = HANDOFF_FAIL_CURSOR_EXPIRED,
  forged = HANDOFF_FAIL_FORGED,
  bug = HANDOFF_FAIL_BUG
};

/// Thrown by connector code to end the run; it becomes sink->fail and never leaves the plugin.
class Failure : public std::runtime_error {
 public:
  Failure(Failed kind, const std::string& message, json::Object detail = {})
      : std::runtime_error(message), kind_(kind), detail_(std::move(detail)) {}
  Failed kind() const { return kind_; }
  const json::Object& detail() const { return detail_; }

 private:
  Failed kind_;
  json::Object detail_;
};

/// Settings that the schema lets pass but the connector cannot use. `pointer` is a JSON pointer: "/location_id".
inline Failure config_error(std::string pointer, const std::string& message) {
  json::Object detail;
  detail.set("pointer", std::move(pointer));
  return Failure(Failed::config, message, std::move(detail));
}

/// The vendor's answer, or the proof that stands in for one. Views the host's bytes: valid during this step.
class Reply {
 public:
  Reply() = default;
  explicit Reply(const handoff_reply& raw) : raw_(&raw) {}

  /// No usable answer came, but the host read that the call took effect: go on as after success with `sighting()`.
  bool adopted() const { return raw_->kind == HANDOFF_REPLY_ADOPTED; }
  int status() const { return static_cast<int>(raw_->status); }
  /// Answered and done. Not 202: what is accepted is not done yet, and may still be refused.
  bool ok() const { return status() >= 200 && status() < 300 && status() != 202; }
  std::string_view label() const { return {raw_->label.ptr, raw_->label.len}; }
  std::string_view body() const { return {raw_->body.ptr, raw_->body.len}; }
  std::string_view header(std::string_view lower_case_name) const {
    for (std::size_t i = 0; i < raw_->n_headers; ++i) {
      const handoff_pair& pair = raw_->headers[i];
      if (std::string_view(pair.name.ptr, pair.name.len) == lower_case_name) return {pair.value.ptr, pair.value.len};
    }
    return {};
  }
  /// The body as JSON; null if it is none.
  json::Value json() const {
    json::Parsed parsed = json::parse(body());
    return parsed ? *parsed : json::Value();
  }
  Sighting sighting() const {
    Sighting out;
    json::Parsed parsed = json::parse(body());
    if (parsed) decode(*parsed, out);
    return out;
  }

 private:
  const handoff_reply* raw_ = nullptr;
};

}  // namespace handoff
