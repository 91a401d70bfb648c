#include "core/serve/register_look.hpp"

#include <limits>

#include "core/model/identity.hpp"
#include "core/serve/query.hpp"
#include "core/serve/register_desk.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kWaitMaxMs = 30'000;
constexpr auto kStreamPatience = std::chrono::seconds(25);
constexpr std::int64_t kRowsAtOnce = 5'000;
constexpr std::int64_t kAnyEpoch = std::numeric_limits<std::int64_t>::max();

using Place = journal::Reader::Place;

/// Digits alone; nothing if it is none or too many.
std::optional<std::int64_t> whole_number(std::string_view text) {
  return text.find_first_not_of("0123456789") == std::string_view::npos ? parse_decimal(text, 0) : std::nullopt;
}

/// "20s", "1500ms" or a number of seconds; nothing if it is none of these or too long.
std::optional<std::int64_t> wait_ms(std::string_view text) {
  if (text.empty()) return 0;
  bool ms = text.ends_with("ms");
  if (ms)
    text.remove_suffix(2);
  else if (text.ends_with("s"))
    text.remove_suffix(1);
  std::optional<std::int64_t> number = whole_number(text);
  if (!number || *number > kWaitMaxMs) return std::nullopt;
  std::int64_t out = ms ? *number : *number * 1000;
  return out <= kWaitMaxMs ? std::optional(out) : std::nullopt;
}

net::ServerResponse standing_response(const RegisterDesk& desk, journal::Reader& read,
                                      const journal::CreditRow& credit) {
  engine::Standing standing = engine::Engine::standing(read, credit, desk.hub.setup());
  net::ServerResponse response;
  response.body = json::write(standing_json(standing, desk.words.instruction(standing, credit.store)));
  return response;
}

json::Value event_of(const RegisterDesk& desk, journal::Reader& read, const journal::CreditRow& credit) {
  engine::Standing standing = engine::Engine::standing(read, credit, desk.hub.setup());
  json::Object out = standing_json(standing, desk.words.instruction(standing, credit.store)).as_object();
  out.set("transaction", credit.transaction).set("business_date", credit.business_date);
  out.set("store", credit.store).set("terminal", credit.terminal).set("line", credit.line);
  return json::Value(std::move(out));
}

/// A row of the journal and in which of its lives it was written: after a restore the same number is another row.
std::optional<Place> place_of(std::string_view id) {
  std::size_t dash = id.find('-');
  std::optional<std::int64_t> seq = whole_number(id.substr(0, dash));
  std::optional<std::int64_t> epoch = dash == std::string_view::npos ? kAnyEpoch : whole_number(id.substr(dash + 1));
  if (!seq || !epoch) return std::nullopt;
  return Place{*seq, *epoch};
}

std::string id_line(journal::Reader& read, std::int64_t row) {
  Place at = read.place({row, kAnyEpoch});
  return "id: " + std::to_string(at.seq) + "-" + std::to_string(at.epoch) + "\n\n";
}

net::ServerResponse stream(std::string body) {
  net::ServerResponse response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = "retry: 1000\n\n" + std::move(body);
  return response;
}

}  // namespace

void credit_status(RegisterDesk& desk, const Caller& caller, std::string_view ref, std::string_view query,
                   net::Responder responder, Watch::Crowded crowded) {
  std::optional<std::string> id = credit_id_from_ref(ref);
  if (!id) return responder.respond(net::error_response(404, "no_such_credit", "no credit has this id"));
  std::optional<std::int64_t> patience = wait_ms(query_value(query, "wait"));
  if (!patience)
    return responder.respond(net::error_response(400, "invalid", "wait: write a time of at most 30s, such as 20s"));
  desk.watch->add(
      std::move(responder), caller.name, std::chrono::milliseconds(*patience),
      [&desk, id = *id, caller, waits = *patience > 0](journal::Reader& read,
                                                       bool last) -> std::optional<net::ServerResponse> {
        std::optional<journal::CreditRow> credit = read.credit_by_id(id);
        if (!credit || !speaks_for(caller, *credit))
          return net::error_response(404, "no_such_credit", "no credit has this id");
        bool open = engine::Engine::standing(read, *credit, desk.hub.setup()).status == "accepted";
        if (waits && open && !last) return std::nullopt;
        return standing_response(desk, read, *credit);
      },
      crowded);
}

void store_events(RegisterDesk& desk, const Caller& caller, const net::ServerRequest& request,
                  net::Responder responder) {
  std::string name = "Last-Event-ID", told(request.header("last-event-id"));
  if (told.empty()) {
    name = "after";
    told = query_value(request.query(), name);
  }
  std::optional<Place> after = told.empty() ? Place() : place_of(told);
  if (!after)
    return responder.respond(net::error_response(400, "invalid", name + ": write the id of an event, as it came"));
  auto look = [&desk, name, begins = !told.empty(), from = *after, store = caller.store](
                  journal::Reader& read, bool last) mutable -> std::optional<net::ServerResponse> {
    if (!begins) return stream(id_line(read, read.last_row()));
    if (from.epoch == kAnyEpoch && from.seq > read.last_row())
      return net::error_response(400, "invalid", name + ": no event has this id yet; leave it out to begin now");
    Place at = read.place(from);
    journal::Reader::Moved moved = read.moved_credits(at.seq, store, kRowsAtOnce);
    std::string body;
    for (std::int64_t no : moved.credits)
      if (std::optional<journal::CreditRow> credit = read.credit(no))
        body += "event: credit\ndata: " + json::write(event_of(desk, read, *credit)) + "\n\n";
    bool more = moved.last - at.seq >= kRowsAtOnce;
    at = read.place({moved.last, kAnyEpoch});
    if (read.failed()) return std::nullopt;  // it looks again, from where it was
    from = at;
    if (body.empty() && !last && !more) return std::nullopt;
    return stream(body + id_line(read, moved.last));
  };
  auto patience = told.empty() ? std::chrono::seconds(0) : kStreamPatience;
  desk.watch->add(std::move(responder), caller.name, patience, std::move(look));
}

}  // namespace handoff::serve
