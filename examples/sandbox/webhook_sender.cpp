#include "webhook_sender.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/NullStream.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <chrono>
#include <memory>

#include "ids.hpp"

namespace sandbox {
namespace {

namespace net = Poco::Net;

constexpr int kThreads = 4;
constexpr int kAttemptsMax = 6;
constexpr int kTimeoutSeconds = 10;

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::unique_ptr<net::HTTPClientSession> open_session(const Poco::URI& uri) {
  if (uri.getScheme() != "https") return std::make_unique<net::HTTPClientSession>(uri.getHost(), uri.getPort());
  const net::Context::Ptr context = new net::Context(net::Context::TLS_CLIENT_USE, "", net::Context::VERIFY_NONE);
  return std::make_unique<net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
}

}  // namespace

WebhookSender::WebhookSender(std::string url, std::string signature_key, WebhookStyle style)
    : signature_key_(std::move(signature_key)), style_(style), url_(std::move(url)) {
  for (int i = 0; i < kThreads; ++i) threads_.emplace_back([this] { work(); });
}

WebhookSender::~WebhookSender() { stop(); }

void WebhookSender::set_url(std::string url) {
  const std::lock_guard lock(mutex_);
  url_ = std::move(url);
}

std::string WebhookSender::url() const {
  const std::lock_guard lock(mutex_);
  return url_;
}

void WebhookSender::send(const std::string& body, const DeliveryOptions& options) {
  const std::lock_guard lock(mutex_);
  if (url_.empty()) return;
  const std::string key = options.bad_signature ? "not-" + signature_key_ : signature_key_;
  const Delivery delivery{url_, body, sign(key, body), 0};
  for (std::int64_t i = 0; i <= options.duplicates; ++i) due_.emplace(steady_ms() + options.delay_ms, delivery);
  changed_.notify_all();
}

std::string WebhookSender::sign(const std::string& key, const std::string& body) const {
  return style_ == WebhookStyle::square ? hmac_sha256_base64(key, url_ + body) : hmac_sha256_hex(key, body);
}

WebhookCounts WebhookSender::counts() const {
  const std::lock_guard lock(mutex_);
  WebhookCounts counts = counts_;
  counts.waiting = static_cast<std::int64_t>(due_.size());
  return counts;
}

void WebhookSender::clear() {
  const std::lock_guard lock(mutex_);
  due_.clear();
  counts_ = {};
}

void WebhookSender::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void WebhookSender::work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (due_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const std::int64_t wait_ms = due_.begin()->first - steady_ms();
    if (wait_ms > 0) {
      changed_.wait_for(lock, std::chrono::milliseconds(wait_ms));
      continue;
    }
    Delivery delivery = std::move(due_.extract(due_.begin()).mapped());
    lock.unlock();
    const bool delivered = deliver(delivery);
    lock.lock();
    ++(delivered ? counts_.delivered : counts_.failed);
    if (!delivered && ++delivery.attempt < kAttemptsMax)
      due_.emplace(steady_ms() + (1000LL << (delivery.attempt - 1)), std::move(delivery));
  }
}

bool WebhookSender::deliver(const Delivery& delivery) const try {
  const Poco::URI uri(delivery.url);
  const auto session = open_session(uri);
  session->setTimeout(Poco::Timespan(kTimeoutSeconds, 0));
  const std::string path = uri.getPathAndQuery().empty() ? "/" : uri.getPathAndQuery();
  net::HTTPRequest request(net::HTTPRequest::HTTP_POST, path, net::HTTPMessage::HTTP_1_1);
  request.setContentType("application/json");
  request.setContentLength64(static_cast<Poco::Int64>(delivery.body.size()));
  const bool square = style_ == WebhookStyle::square;
  request.set(square ? "x-square-hmacsha256-signature" : "x-voucherify-signature", delivery.signature);
  if (square) request.set("square-environment", "Sandbox");
  if (square && delivery.attempt > 0) {
    request.set("square-retry-number", std::to_string(delivery.attempt));
    request.set("square-retry-reason", "other_error");
  }
  session->sendRequest(request) << delivery.body;
  net::HTTPResponse response;
  Poco::NullOutputStream nowhere;
  Poco::StreamCopier::copyStream(session->receiveResponse(response), nowhere);
  return response.getStatus() >= 200 && response.getStatus() < 300;
} catch (const Poco::Exception&) {
  return false;
}

}  // namespace sandbox
