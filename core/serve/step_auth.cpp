#include "core/serve/step_auth.hpp"

#include <algorithm>

#include "core/crypto/hash.hpp"

namespace handoff::serve {

namespace {

using plugin_host::Asked;
using plugin_host::StepEnd;

constexpr std::size_t kCallsMax = 20;
constexpr std::int64_t kRestMaxMs = 3'600'000;

std::string mac_of(const Asked::Mac& asked, const std::string& key) {
  std::string out;
  if (asked.algorithm == HANDOFF_MAC_HMAC_SHA1)
    out = crypto::bytes(crypto::hmac_sha1(key, asked.message));
  else
    out = crypto::bytes(crypto::hmac_sha256(key, asked.message));
  return asked.encoding == HANDOFF_ENCODING_HEX ? crypto::hex(out) : crypto::base64(out);
}

/// One run of an operation, to its end or to the next request. [one thread at a time]
class Run {
 public:
  Run(std::shared_ptr<const StepDoor> door, std::string_view operation)
      : keep_(std::move(door)), door_(*keep_), operation_(operation) {}

  plugin_host::Arguments arguments;

  void go() {
    while (true) {
      plugin_host::Step step = door_.instance.step(operation_, arguments, answers_, asked_);
      if (!step.misbehaviour.empty()) return fail("the connector broke a rule: " + step.misbehaviour);
      asked_ = std::move(step.asked);
      if (step.end == StepEnd::failed) return refuse(step);
      if (step.end != StepEnd::waiting) return end(step.result);
      if (asked_.size() > kCallsMax) return fail("it asked for more than " + std::to_string(kCallsMax) + " calls");
      if (next().kind != HANDOFF_CALL_MAC) return ask();
      if (!compute()) return;
    }
  }

  void answer(net::Reply reply) {
    wants_ = {};
    plugin_host::Answer answer;
    answer.label = next().label;
    answer.http = std::move(reply);
    answers_.push_back(std::move(answer));
  }

  /// The request that go() stopped at, with its secrets; else the run is over.
  const std::optional<net::Request>& wants() const { return wants_; }
  const std::string& problem() const { return problem_; }  // empty: it ended well, with:
  std::chrono::seconds rest() const { return rest_; }
  const net::Headers& headers() const { return headers_; }
  std::chrono::seconds life() const { return life_; }

 private:
  void fail(const std::string& why) { problem_ = without_secrets(why, door_.secrets); }

  void refuse(const plugin_host::Step& step) {
    fail(std::string(step.result.at("message").as_string("it failed without a reason")));
    if (step.failure == HANDOFF_FAIL_AUTH || step.failure == HANDOFF_FAIL_REJECTED) rest_ = net::kRestAfterRefusedLogin;
    if (step.failure == HANDOFF_FAIL_RATE_LIMITED)
      rest_ = std::chrono::seconds(
          std::clamp<std::int64_t>(step.result.at("retry_after_ms").as_integer().value_or(0), 1000, kRestMaxMs) / 1000);
  }

  void end(const json::Value& result) {
    AuthResult said;  // what sign says is a part of it
    if (std::string wrong = decode(result, said); !wrong.empty()) return fail("the result cannot be read: " + wrong);
    life_ = std::chrono::seconds(said.life_s);
    for (auto& [name, value] : said.headers) {
      auto whole = with_secrets(value, door_.secrets);
      if (!whole) return fail(whole.error());
      headers_.emplace_back(name, std::move(*whole));
    }
    if (headers_.empty()) fail("it resulted in no headers");
  }

  /// The first call that has no answer yet.
  const Asked& next() const { return asked_[answers_.size()]; }

  bool compute() {
    const Asked& asked = next();
    const auto secret = door_.secrets.find(asked.mac.secret);
    if (secret == door_.secrets.end()) {
      fail("the connector has no secret \"" + asked.mac.secret + "\"");
      return false;
    }
    const std::string first = secret->second.substr(0, secret->second.find('\n'));
    answer({200, {}, mac_of(asked.mac, first)});
    return true;
  }

  void ask() {
    const Asked& asked = next();
    const bool may = operation_ == "auth" && asked.kind == HANDOFF_CALL_HTTP && asked.safe;
    if (!may) return fail("'" + asked.label + "' is no call that " + operation_ + " can make");
    auto whole = with_secrets(asked.http, door_.secrets);
    if (whole)
      wants_ = std::move(*whole);
    else
      fail(whole.error());
  }

  std::shared_ptr<const StepDoor> keep_;  // a run may outlive its connection
  const StepDoor& door_;
  std::string operation_;
  std::vector<plugin_host::Answer> answers_;
  std::vector<Asked> asked_;
  std::optional<net::Request> wants_;
  std::string problem_;
  std::chrono::seconds rest_{};
  net::Headers headers_;
  std::chrono::seconds life_{};
};

class StepTokens final : public net::TokenSource, public std::enable_shared_from_this<StepTokens> {
 public:
  explicit StepTokens(std::shared_ptr<const StepDoor> door) : door_(std::move(door)) {}

  std::string base_url() const override { return door_->login_url; }
  bool refuses(int status) const override {
    return std::ranges::find(door_->renew_at, status) != door_->renew_at.end();
  }

  void fetch(Send send, Done done) override {
    auto run = std::make_shared<Run>(door_, "auth");
    AuthInput input;
    input.nonce = net::nonce(door_->seams);
    run->arguments.now_ms = door_->seams.now_ms();
    run->arguments.input = json::write(encode(input));
    go(std::move(run), std::move(send), std::move(done));
  }

 private:
  using RunPtr = std::shared_ptr<Run>;

  void go(RunPtr run, Send send, Done done) {
    net::Task step = [run] { run->go(); };
    door_->thread.run(std::move(step),
                      [self = shared_from_this(), run, send = std::move(send), done = std::move(done)]() mutable {
                        if (!run->wants()) return done(fetched(*run));
                        net::Request request = *run->wants();
                        Send again = send;
                        send(std::move(request),
                             [self, run, again = std::move(again), done = std::move(done)](net::Result result) mutable {
                               if (result.ended != net::Ended::replied)
                                 return done(std::unexpected(net::TokenFailure{"auth: " + result.error, {}}));
                               run->answer(std::move(result.reply));
                               self->go(std::move(run), std::move(again), std::move(done));
                             });
                      });
  }

  static net::Fetched fetched(const Run& run) {
    if (!run.problem().empty()) return std::unexpected(net::TokenFailure{"auth: " + run.problem(), run.rest()});
    return net::Token{run.headers(), run.life()};
  }

  std::shared_ptr<const StepDoor> door_;
};

class StepSigner final : public net::Signer {
 public:
  explicit StepSigner(std::shared_ptr<const StepDoor> door) : door_(std::move(door)) {}

  void sign(const net::Request& request, const net::BaseUrl& base, Done done) override {
    auto run = std::make_shared<Run>(door_, "sign");
    SignInput input;
    input.method = request.method;
    input.target = base.path + request.target;
    input.host = base.host_header;
    input.headers = request.headers;
    input.body_sha256 = crypto::hex(crypto::bytes(crypto::sha256(request.body)));
    input.nonce = net::nonce(door_->seams);
    run->arguments.now_ms = door_->seams.now_ms();
    run->arguments.input = json::write(encode(input));
    run->arguments.payload = request.body;
    net::Task step = [run] { run->go(); };
    door_->thread.run(std::move(step), [run, done = std::move(done)] {
      if (!run->problem().empty()) return done(std::unexpected(run->problem()));
      done(run->headers());
    });
  }

 private:
  std::shared_ptr<const StepDoor> door_;
};

}  // namespace

net::OtherAuth step_auth(const StepDoor& door) {
  const auto shared = std::make_shared<const StepDoor>(door);
  net::OtherAuth out;
  if (door.instance.manifest().operation("auth")) out.tokens = std::make_shared<StepTokens>(shared);
  if (door.instance.manifest().operation("sign")) out.signer = std::make_shared<StepSigner>(shared);
  return out;
}

}  // namespace handoff::serve
