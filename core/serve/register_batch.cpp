#include "core/serve/register_batch.hpp"

#include <algorithm>
#include <mutex>

#include "core/serve/once_waiter.hpp"

namespace handoff::serve {

namespace {

constexpr auto kDeadline = std::chrono::seconds(10);
constexpr std::size_t kAtOnce = 16;  // a millisecond or two, in which no other register is answered

json::Object result_of(const Refusal& why) {
  return {{"http", why.http}, {"reason", why.reason}, {"problem", why.problem}};
}

/// The results of one request, as they come. [any thread]
class Results {
 public:
  Results(net::Responder responder, std::size_t credits) : responder_(std::move(responder)), results_(credits) {}

  void set(std::size_t index, json::Object result) {
    std::scoped_lock lock(mutex_);
    if (results_[index]) return;
    results_[index] = std::move(result);
    if (++known_ == results_.size()) respond();
  }

  void deadline() {
    std::scoped_lock lock(mutex_);
    respond();
  }

 private:
  void respond() {
    if (answered_) return;
    answered_ = true;
    json::Array out;
    for (std::optional<json::Object>& result : results_) {
      if (!result) result = result_of(in_doubt("not in time"));
      out.emplace_back(std::move(*result));
    }
    net::ServerResponse response;
    response.body = json::write(json::Value(json::Object{{"results", json::Value(std::move(out))}}));
    responder_.respond(std::move(response));
  }

  std::mutex mutex_;
  net::Responder responder_;
  std::vector<std::optional<json::Object>> results_;
  std::size_t known_ = 0;
  bool answered_ = false;
};

engine::WaiterPtr waiter_of(std::shared_ptr<Results> results, std::size_t index, const RegisterWords& words,
                            std::string store) {
  auto known = [results, index, &words, store = std::move(store)](const engine::Standing& standing) {
    json::Object out{{"http", standing.http >= 400 ? standing.http : standing.duplicate ? 200 : 201}};
    const bool only_durable = standing.reason == "pending";  // it may still wait for a person
    const json::Value shown =
        standing_json(standing, only_durable ? words.taken(store) : words.instruction(standing, store));
    for (const auto& [name, value] : shown.as_object()) out.set(name, value);
    results->set(index, std::move(out));
  };
  auto not_stored = [results, index](const std::string& why) { results->set(index, result_of(in_doubt(why))); };
  return std::make_shared<OnceWaiter>(std::move(known), std::move(not_stored));
}

/// What is left of one request. [io thread]
struct Batch {
  Batch(RegisterDesk& of_desk, const Caller& who, json::Array given, std::shared_ptr<Results> into)
      : desk(of_desk), caller(who), credits(std::move(given)), results(std::move(into)) {}
  RegisterDesk& desk;
  Caller caller;
  json::Array credits;
  std::shared_ptr<Results> results;
  std::size_t next = 0;
};

void take_one(const std::shared_ptr<Batch>& batch, std::size_t index) {
  auto refuse = [results = batch->results, index](const Refusal& why) { results->set(index, result_of(why)); };
  const json::Value& credit = batch->credits[index];
  const Issued issued = credit.at("instrument").is_null() ? Issued::by_hub : Issued::by_register;
  std::expected<SourceEvent, std::string> event = parse_register_credit(json::write(credit), issued);
  if (!event) return refuse({400, "invalid", event.error()});
  admit(batch->desk, batch->caller, *event, issued, [batch, index, event = *event, refuse](const Refusal& refusal) {
    if (refusal.http != 0) return refuse(refusal);
    engine::WaiterPtr waiter = waiter_of(batch->results, index, batch->desk.words, event.store);
    if (!batch->desk.hub.post(submission_of(batch->caller, event, waiter))) refuse(not_taken("the queue is full"));
  });
}

/// A few, and the others after whatever else waits for this thread.
void take_some(const std::shared_ptr<Batch>& batch) {
  for (std::size_t end = std::min(batch->next + kAtOnce, batch->credits.size()); batch->next < end; ++batch->next)
    take_one(batch, batch->next);
  if (batch->next < batch->credits.size()) batch->desk.loop.post([batch] { take_some(batch); });
}

}  // namespace

void take_batch(RegisterDesk& desk, const Caller& caller, std::string_view body, net::Responder responder) {
  json::Parsed parsed = json::parse(body);
  if (!parsed || !parsed->at("credits").array() || parsed->as_object().size() != 1)
    return responder.respond(
        net::error_response(400, "invalid",
                            parsed ? "write {\"credits\":[...]}"
                                   : "byte " + std::to_string(parsed.error.offset) + ": " + parsed.error.message));
  const json::Array& credits = parsed->at("credits").as_array();
  if (credits.empty()) return responder.respond(net::error_response(400, "invalid", "credits: write at least one"));
  auto results = std::make_shared<Results>(std::move(responder), credits.size());
  desk.loop.after(kDeadline, [weak = std::weak_ptr(results)] {
    if (auto still = weak.lock()) still->deadline();
  });
  take_some(std::make_shared<Batch>(desk, caller, credits, results));
}

}  // namespace handoff::serve
