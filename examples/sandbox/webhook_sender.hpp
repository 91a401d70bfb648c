#pragma once
// Delivers signed notifications from threads of its own: late, twice, or with a wrong signature when asked to.

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sandbox {

struct DeliveryOptions {
  std::int64_t duplicates = 0;  // extra deliveries of the same notification
  std::int64_t delay_ms = 0;
  bool bad_signature = false;
};

struct WebhookCounts {
  std::int64_t delivered = 0, failed = 0, waiting = 0;
};

/// Whose notifications: how they are signed, and in which headers.
enum class WebhookStyle { square, voucherify };

/// [any thread]. A delivery that is not answered with 2xx within 10 s is tried again after 1, 2, 4, 8 and 16 s, then
/// dropped.
class WebhookSender {
 public:
  WebhookSender(std::string url, std::string signature_key, WebhookStyle style = WebhookStyle::square);
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  void set_url(std::string url);
  std::string url() const;
  /// Queues `body` for the current URL. Nothing happens when no URL is set.
  void send(const std::string& body, const DeliveryOptions& options);
  WebhookCounts counts() const;
  /// Forgets what is waiting.
  void clear();
  void stop();

 private:
  struct Delivery {
    std::string url, body, signature;
    int attempt = 0;
  };
  void work();
  bool deliver(const Delivery& delivery) const;

  std::string sign(const std::string& key, const std::string& body) const;

  const std::string signature_key_;
  const WebhookStyle style_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string url_;
  std::multimap<std::int64_t, Delivery> due_;  // by steady milliseconds
  WebhookCounts counts_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace sandbox
