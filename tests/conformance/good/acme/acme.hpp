#pragma once
// Acme Gift as the platform and as a source of credits: the connector that a conformance kit must pass. README.md of
// this folder is the vendor's page.
//
// Every habit in which a connector can go wrong is a virtual function, so that a known-bad connector (../../bad) is
// this one with one habit changed. A connector for a real vendor has no use for that: see plugins/.

#include <handoff/sdk/connector.hpp>

#include "mapping.hpp"

namespace acme {

using namespace handoff;  // of the SDK alone: this header is included by connectors only

class Acme {
 public:
  explicit Acme(const json::Value& settings);
  Acme(const Acme&) = delete;
  Acme& operator=(const Acme&) = delete;
  virtual ~Acme() = default;

  virtual Task<CheckResult> check(Context& c, const CheckInput& in) const;
  virtual Task<IssueResult> issue(Context& c, const IssueInput& in) const;
  virtual Task<LinkResult> link(Context& c, const LinkInput& in) const;
  virtual Task<ReadResult> read(Context& c, const ReadInput& in) const;
  virtual Task<VoidResult> void_credit(Context& c, const VoidInput& in) const;
  virtual Task<FreezeResult> freeze(Context& c, const FreezeInput& in) const;
  virtual Task<InboundResult> inbound(Context& c, const InboundInput& in) const;
  virtual Task<Nothing> fetch(Context& c, const FetchInput& in) const;
  virtual Task<PullResult> pull(Context& c, const PullInput& in) const;

 protected:
  // Requests.
  virtual void check_currency(const Money& amount) const;  // throws Failure(unsupported)
  virtual Retry retry_of(const std::string& label) const;
  virtual std::string key_of(const Replay& c, const std::string& label) const;
  virtual std::string note(const Replay& c, const CreditInfo& credit) const;
  virtual Request write(const Replay& c, const std::string& label, const std::string& method, const std::string& target,
                        json::Object body) const;
  json::Object card_body(const Replay& c, const IssueInput& in) const;
  json::Object value_body(const Money& amount) const;
  virtual std::string event_path(const std::string& object) const { return "/v2/events/" + percent(object); }
  static std::string card_path(const std::string& instrument) { return "/v2/cards/" + percent(instrument); }

  // Money, in both directions.
  virtual std::string amount_text(const Money& amount) const;
  virtual std::optional<Money> to_money(std::string_view text, std::string_view currency) const;

  // Answers. The last three give their verdict and return what the answer holds, or end the run.
  virtual bool answered(const Reply& reply) const;   // whether its body is what was asked for
  virtual bool is_absent(const Reply& reply) const;  // Acme's own word that there is no such card
  virtual json::Value read_body(const Reply& reply) const;
  virtual std::string state_of(const json::Value& card) const;
  virtual std::uint64_t wait_ms(const Reply& reply) const;
  virtual std::string words(const Reply& reply) const;  // of a refusal, for people
  virtual bool took_effect_unanswered(const Reply& reply) const;
  std::optional<Sighting> to_sighting(const json::Value& card) const;
  Sighting readable_card(Replay& c, const Reply& reply) const;  // else unclear
  [[noreturn]] virtual void refuse_write(Replay& c, const Reply& reply) const;
  [[noreturn]] void fail_read(const Reply& reply) const;
  std::string created(Replay& c, const Reply& reply) const;
  virtual std::string activated(Replay& c, const Reply& reply, const IssueInput& in) const;
  virtual std::optional<Money> voided(Replay& c, const Reply& reply, const VoidInput& in) const;

  // Lists and webhooks.
  virtual std::string looked_for(const ReadInput& in) const { return in.reference; }
  virtual bool belongs(const Sighting& card, const ReadInput& in) const;  // whether it is shown; the vendor has chosen
  virtual json::Array cards_of(const json::Value& body) const;            // throws Failure(unreadable)
  virtual std::string next_cards(const json::Value& body) const;          // empty: the last page
  virtual int pages_max() const { return 20; }                   // beyond that a reading says that it is not complete
  virtual bool whole_at_the_last() const { return false; }       // whether what was read up to there is all
  virtual std::string page_of(const PullInput& in) const;        // empty: the first page
  virtual json::Value page_body(const Reply& reply) const;       // throws Failure
  virtual json::Array events_of(const json::Value& body) const;  // throws Failure(unreadable)
  virtual std::string signed_text(const Signature& signature, std::string_view payload) const;
  virtual std::int64_t tolerance_ms() const { return 300'000; }  // INVARIANTS N4
  SourceEvent read_event(const json::Value& event) const;

  std::string currency_;
  std::int64_t page_size_ = 50;
};

constexpr std::size_t kOperationCount = 9;
extern const handoff_operation kOperations[kOperationCount];

template <class A>
handoff_instance* make(const handoff_settings* settings, handoff_sink* sink) {
  Acme* made = nullptr;
  detail::guarded(sink, [&] {
    json::Parsed parsed = json::parse(detail::view(settings->json));
    if (!parsed) throw Failure(Failed::config, "settings: " + parsed.error.message);
    made = new A(*parsed);
  });
  return reinterpret_cast<handoff_instance*>(made);
}

/// The entry of a connector whose class is `A`, an Acme.
template <class A>
constexpr handoff_plugin plugin_of() {
  return {
      HANDOFF_ABI_MAGIC, sizeof(handoff_plugin), HANDOFF_ABI_MAJOR, HANDOFF_ABI_MINOR, 0, kOperationCount, kOperations,
      &make<A>,          &detail::destroy<Acme>};
}

}  // namespace acme

#define ACME_ENTRY(...)                                          \
  extern "C" {                                                   \
  extern HANDOFF_EXPORT const handoff_plugin handoff_plugin_v1;  \
  constinit const handoff_plugin handoff_plugin_v1(__VA_ARGS__); \
  }
#define ACME_CONNECTOR(Class) ACME_ENTRY(acme::plugin_of<Class>())
