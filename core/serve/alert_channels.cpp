#include "core/serve/alert_channels.hpp"

#include <future>

#include "core/crypto/hash.hpp"
#include "core/model/identity.hpp"

namespace handoff::serve {

namespace {

constexpr int kCallsMax = 8;
constexpr std::string_view kSecretPrefix = "whsec_";

using Sent = std::expected<void, std::string>;

/// Blocks until the transport has an end for it, which is at most its deadline.
net::Result exchange(net::Transport& transport, std::uint32_t connection, net::Request request) {
  net::Outbound out;
  out.connection = connection;
  out.request = std::move(request);
  out.deadlines = {5'000, 10'000, 15'000};
  auto ended = std::make_shared<std::promise<net::Result>>();
  std::future<net::Result> end = ended->get_future();
  transport.send(std::move(out), [ended](net::Result result) { ended->set_value(std::move(result)); });
  return end.get();
}

std::string key_of(const std::string& secret) {
  if (!secret.starts_with(kSecretPrefix)) return secret;
  return crypto::from_base64(secret.substr(kSecretPrefix.size())).value_or(secret);
}

class Webhook final : public AlertChannel {
 public:
  Webhook(net::Transport& transport, std::uint32_t connection, std::string target, std::vector<std::string> secrets,
          engine::Clock& clock)
      : transport_(transport),
        connection_(connection),
        target_(std::move(target)),
        secrets_(std::move(secrets)),
        clock_(clock) {}

  Sent send(const AlertMessage& message, const std::vector<std::string>&) override {
    json::Object body;
    body.set("type", "alert." + message.notice.kind).set("timestamp", rfc3339(message.at));
    body.set("data", encode(message.notice));
    net::Request request{
        "POST", target_, {{"content-type", "application/json"}}, json::write(json::Value(std::move(body)))};
    std::int64_t now = clock_.wall_ms() / 1000;
    request.headers.emplace_back("webhook-id", message.notice.id);
    request.headers.emplace_back("webhook-timestamp", std::to_string(now));
    request.headers.emplace_back("webhook-signature",
                                 webhook_signature(secrets_, message.notice.id, now, request.body));
    net::Result result = exchange(transport_, connection_, std::move(request));
    if (result.ended != net::Ended::replied) return std::unexpected(result.error);
    if (result.reply.status / 100 == 2) return {};
    return std::unexpected("it answered " + std::to_string(result.reply.status));
  }

 private:
  net::Transport& transport_;
  std::uint32_t connection_;
  std::string target_;
  std::vector<std::string> secrets_;
  engine::Clock& clock_;
};

class OfConnector final : public AlertChannel {
 public:
  OfConnector(net::Transport& transport, std::uint32_t connection, std::string target,
              const plugin_host::Instance& instance, engine::Clock& clock)
      : transport_(transport),
        connection_(connection),
        target_(std::move(target)),
        instance_(instance),
        clock_(clock) {}

  Sent send(const AlertMessage& message, const std::vector<std::string>&) override {
    plugin_host::Arguments arguments;
    arguments.now_ms = clock_.wall_ms();
    arguments.input = json::write(encode(message.notice));
    for (const CallSheet& call : instance_.manifest().operation("notify")->calls)
      arguments.ids.push_back({call.label, message.notice.id, message.notice.id.substr(0, 20)});
    std::vector<plugin_host::Asked> asked;
    std::vector<plugin_host::Answer> answers;
    for (int calls = 0; calls <= kCallsMax; ++calls) {
      plugin_host::Step step = instance_.step("notify", arguments, answers, asked);
      if (!step.misbehaviour.empty()) return std::unexpected("the connector broke a rule: " + step.misbehaviour);
      if (step.end == plugin_host::StepEnd::failed)
        return std::unexpected(std::string(step.result.at("message").as_string("the connector failed")));
      if (step.end != plugin_host::StepEnd::waiting) return {};
      const plugin_host::Asked& call = step.asked[answers.size()];
      if (call.kind != HANDOFF_CALL_HTTP) return std::unexpected("the connector asked for what is no HTTP call");
      net::Request request = call.http;
      if (!target_.empty()) request.target = target_;
      net::Result result = exchange(transport_, connection_, std::move(request));
      if (result.ended != net::Ended::replied) return std::unexpected(result.error);
      plugin_host::Answer answer;
      answer.label = call.label;
      answer.http = std::move(result.reply);
      answers.push_back(std::move(answer));
      asked = std::move(step.asked);
    }
    return std::unexpected("the connector asked for more than " + std::to_string(kCallsMax) + " calls");
  }

 private:
  net::Transport& transport_;
  std::uint32_t connection_;
  std::string target_;
  const plugin_host::Instance& instance_;
  engine::Clock& clock_;
};

}  // namespace

std::string webhook_signature(const std::vector<std::string>& secrets, const std::string& id, std::int64_t unix_s,
                              const std::string& body) {
  std::string signed_text = id + "." + std::to_string(unix_s) + "." + body, out;
  for (const std::string& secret : secrets)
    out += (out.empty() ? "v1," : " v1,") +
           crypto::base64(crypto::bytes(crypto::hmac_sha256(key_of(secret), signed_text)));
  return out;
}

std::unique_ptr<AlertChannel> webhook_channel(net::Transport& transport, std::uint32_t connection, std::string target,
                                              std::vector<std::string> secrets, engine::Clock& clock) {
  return std::make_unique<Webhook>(transport, connection, std::move(target), std::move(secrets), clock);
}

std::unique_ptr<AlertChannel> connector_channel(net::Transport& transport, std::uint32_t connection, std::string target,
                                                const plugin_host::Instance& instance, engine::Clock& clock) {
  return std::make_unique<OfConnector>(transport, connection, std::move(target), instance, clock);
}

}  // namespace handoff::serve
