// A connector whose vendor takes forms and answers in XML: right as it stands, wrong in one way with each of the macros in
// CMakeLists.txt. The kit passes the first and fails each other for its reason.

#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/list.hpp>

namespace handoff::slate {

namespace {

/// What stands in the one element of that name; nothing if there is none, or more than one.
std::optional<std::string_view> element(std::string_view xml, const std::string& name) {
  const std::string open = "<" + name + ">", close = "</" + name + ">";
  const std::size_t begin = xml.find(open), end = xml.find(close);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::nullopt;
  if (xml.find(open, begin + 1) != std::string_view::npos || xml.find(close, end + 1) != std::string_view::npos)
    return std::nullopt;
  return xml.substr(begin + open.size(), end - begin - open.size());
}

/// The same, if it is all there is.
std::optional<std::string_view> whole(std::string_view xml, const std::string& name) {
  if (!xml.starts_with("<" + name + ">") || !xml.ends_with("</" + name + ">")) return std::nullopt;
  return element(xml, name);
}

std::optional<Sighting> to_sighting(std::string_view card) {
  const std::string_view id = element(card, "id").value_or(""), currency = element(card, "currency").value_or("");
  Sighting out;
  out.amount = money_from_decimal(element(card, "worth").value_or(""), currency);
  out.instrument = id;
  const std::string_view state = element(card, "state").value_or("");
  out.state = state == "open" ? "active" : state == "closed" ? "void" : "unknown";
  out.reference = element(card, "reference").value_or("");
  if (id.empty() || !out.amount) return std::nullopt;
  return out;
}

std::string code_of(const Reply& reply) {
  const std::string_view word = element(reply.body(), "error").value_or("");
  return std::to_string(reply.status()) + (word.empty() ? "" : "/" + std::string(word));
}

}  // namespace

class Slate {
 public:
  explicit Slate(const json::Value&) {}

  Task<IssueResult> issue(Context& c, const IssueInput& in) const {
#ifdef BAD_SLATE_SLOW
    [[maybe_unused]] volatile int spent = 0;
    for (int i = 0; i < 20'000'000; ++i) spent = i;
#endif
    Form card;
    card.add("reference", in.reference).add("worth", in.amount.decimal()).add("currency", in.amount.currency());
    card.add("once", c.key("open-card"));
#ifndef BAD_SLATE_FOR_NOBODY
    if (in.customer) card.add("owner", in.customer->id.empty() ? in.customer->hub : in.customer->id);
#endif
#ifdef BAD_SLATE_CODE_IN_QUERY
    Request open(Retry::idempotent, "open-card", "POST", "/cards?code=" + percent(in.code));
#else
    Request open(Retry::idempotent, "open-card", "POST", "/cards");
#endif
    open.form(card.text());
    Reply reply = co_await c.send(open);
    IssueResult out;
    if (reply.adopted()) {
      out.instrument = reply.sighting().instrument;
      co_return out;
    }
    if (reply.status() == 429) c.refused(reply, "429", retry_after_ms(reply, c.now_ms()));
    if (!reply.ok()) c.rejected(reply, code_of(reply), "Slate refused");
    std::optional<Sighting> seen = to_sighting(whole(reply.body(), "card").value_or(""));
#ifdef BAD_SLATE_ANY_BODY
    seen.emplace();
    seen->instrument = "7";
    seen->amount = in.amount;
    seen->reference = in.reference;
    seen->state = "active";
#endif
#ifdef BAD_SLATE_ANY_STATE
    if (seen) seen->state = "active";
#endif
    if (!seen || seen->state != "active") c.unclear(reply, code_of(reply), "the answer is no open card");
    Echoes echoes;
    echoes.amount = seen->amount;
#ifdef BAD_SLATE_COPIES_ECHO
    echoes.amount = in.amount;
#endif
    echoes.reference = seen->reference;
    c.applied(reply, echoes);
    out.instrument = seen->instrument;
    co_return out;
  }

  /// A reference is unique, so the list holds one card or none.
  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    Request look(Retry::safe, "list-cards", "GET", "/cards?reference=" + percent(in.reference));
    Reply reply = co_await c.send(look);
    judge(c, reply);
    std::optional<std::string_view> list = whole(reply.body(), "cards");
#ifdef BAD_SLATE_CUT_LIST
    if (!list && reply.body().starts_with("<cards>")) list = "";
#endif
    if (!list) throw Failure(Failed::unreadable, "the answer is no list of cards");
    ReadResult out;
    out.complete = true;
    if (list->empty()) co_return out;
    std::optional<Sighting> seen = to_sighting(whole(*list, "card").value_or(""));
    if (!seen) throw Failure(Failed::unreadable, "the list holds what is no card");
    out.sightings.push_back(*seen);
    co_return out;
  }

  /// All cards, one after the other, in one answer.
  Task<ListResult> list(Context& c, const ListInput& in) const {
    Request look(Retry::safe, "list-all", "GET", "/cards");
    Reply reply = co_await c.send(look);
    judge(c, reply);
    std::optional<std::string_view> rest = whole(reply.body(), "cards");
    if (!rest) throw Failure(Failed::unreadable, "the answer is no list of cards");
    std::int64_t count = counted(in);
    while (!rest->empty()) {
      const std::size_t end = std::min(rest->find("</card>"), rest->size() - 7) + 7;
      std::optional<Sighting> seen = to_sighting(whole(rest->substr(0, end), "card").value_or(""));
      if (!seen) throw Failure(Failed::unreadable, "the list holds what is no card");
      rest->remove_prefix(end);
#ifdef BAD_SLATE_LISTS_OPEN
      if (seen->state == "void") continue;
#endif
      c.emit(*seen);
      ++count;
    }
    co_return list_end(in, count);
  }

 private:
  static void judge(const Replay& c, const Reply& reply) {
    if (reply.status() == 429) throw Failure(Failed::rate_limited, "429", limited(reply, c.now_ms()));
    if (reply.status() == 401 || reply.status() == 403) throw Failure(Failed::auth, code_of(reply));
    if (!reply.ok()) throw Failure(Failed::retryable, code_of(reply));
  }
  static json::Object limited(const Reply& reply, std::int64_t now_ms) {
    json::Object out;
    out.set("retry_after_ms", static_cast<std::int64_t>(retry_after_ms(reply, now_ms)));
    return out;
  }
};

}  // namespace handoff::slate

using handoff::slate::Slate;
HANDOFF_CONNECTOR(Slate, HANDOFF_OPERATION(Slate, issue, "issue/1"), HANDOFF_OPERATION(Slate, read, "read/1"),
                  HANDOFF_OPERATION(Slate, list, "list/1"))
