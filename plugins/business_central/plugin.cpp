// Business Central as the books: each booking is one line in a journal batch of its own, posted at once.
//
// There is no idempotency key. What takes its place: every name is derived from the effect's reference; the books are
// read before anything is written, the journal again before it is posted; posting takes the line away, and an empty
// journal cannot be posted. So a lost answer to any call leaves something that can be found, or nothing.

#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/list.hpp>
#include <handoff/sdk/time.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::business_central {

namespace {
constexpr std::size_t kDateSize = 10;  // "2026-11-23"
/// A journal that was made a moment ago may be read from a copy that does not have it yet.
constexpr const char* kNotShownYet = "the journal does not show the line that was made";
}  // namespace

class BusinessCentral {
 public:
  explicit BusinessCentral(const json::Value& settings)
      : company_("/v2.0/" + percent(settings.at("tenant").as_string()) + "/" +
                 percent(settings.at("environment").as_string()) + "/api/v2.0/companies(" +
                 std::string(settings.at("company_id").as_string()) + ")"),
        post_today_(settings.at("posting_date").as_string() == "today") {
    books_.account = settings.at("account").as_string();
    books_.balancing_account = settings.at("balancing_account").as_string();
    books_.currency = settings.at("currency").as_string();
    books_.journal_prefix = settings.at("journal_prefix").as_string("HO");
    books_.document_prefix = settings.at("document_prefix").as_string();
    if (!currency_exponent(books_.currency))
      throw config_error("/currency", "'" + books_.currency + "' is no ISO 4217 currency");
    if (books_.account == books_.balancing_account)
      throw config_error("/balancing_account", "a booking needs two different accounts");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    Request company(Retry::safe, "get-company", "GET", company_);
    Reply reply = co_await c.send(company);
    if (!reply.ok()) fail_read(reply);
    CheckResult out;
    out.account = reply.json().at("name").as_string();
    if (out.account.empty()) throw Failure(Failed::unreadable, "the answer is no company");
    Request find_account = list("find-account", "/accounts", "number eq " + literal(books_.account));
    Reply account = co_await c.send(find_account);
    if (rows_of(account).empty()) throw config_error("/account", "the company has no such G/L account");
    Request find_balancing = list("find-balancing", "/accounts", "number eq " + literal(books_.balancing_account));
    Reply balancing = co_await c.send(find_balancing);
    if (rows_of(balancing).empty()) throw config_error("/balancing_account", "the company has no such G/L account");
    Request list_journals(Retry::safe, "list-journals", "GET", company_ + "/journals?$top=1");
    Reply journal = co_await c.send(list_journals);
    rows_of(journal);
    Request list_entries(Retry::safe, "list-entries", "GET", company_ + "/generalLedgerEntries?$top=1");
    Reply entry = co_await c.send(list_entries);
    rows_of(entry);
    co_return out;
  }

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    const Posting posting = to_posting(in, books_, post_today_ ? to_date(c.now_ms()) : std::string());
    RecordResult out;
    out.instrument = posting.document;

    // The journal before the books: a line that is posted between the two reads is still seen.
    Request find_journal = journals("find-journal", posting.journal);
    Reply found = co_await c.send(find_journal);
    std::string journal = journal_id(rows_of(found), posting.journal);
    std::size_t lines = 0;
    if (!journal.empty()) {
      Request find_lines = lines_of("find-lines", journal);
      Reply there = co_await c.send(find_lines);
      if (there.status() == 404) throw Failure(Failed::retryable, kNotShownYet);
      lines = own_lines(rows_of(there), posting);
    }
    Request find_entries = entries("find-entries", posting.document);
    Reply posted = co_await c.send(find_entries);
    if (is_booked(rows_of(posted), posting)) co_return out;

    if (journal.empty()) {
      Request create(Retry::unsafe, "create-journal", "POST", company_ + "/journals");
      create.json(journal_body(posting));
      Reply reply = co_await c.send(create);
      journal = made_journal(c, reply, posting);
    }
    if (lines == 0) {
      Request create(Retry::unsafe, "create-line", "POST", journal_path(journal) + "/journalLines");
      create.json(line_body(posting, books_));
      Reply reply = co_await c.send(create);
      made_line(c, reply, posting);
    }

    // Posting takes every line there is: exactly ours, exactly once, or not at all.
    Request check_lines = lines_of("check-lines", journal);
    Reply ready = co_await c.send(check_lines);
    if (ready.status() == 404 || own_lines(rows_of(ready), posting) == 0) {
      Request check_entries = entries("check-entries", posting.document);
      Reply now_posted = co_await c.send(check_entries);
      if (is_booked(rows_of(now_posted), posting)) co_return out;
      throw Failure(Failed::retryable, kNotShownYet);
    }

    Request post(Retry::unsafe, "post-journal", "POST", journal_path(journal) + "/Microsoft.NAV.post");
    Reply reply = co_await c.send(post);
    if (reply.adopted()) {
      if (reply.sighting().state == "pending") throw Failure(Failed::retryable, "the line is still unposted");
      co_return out;
    }
    if (!reply.ok()) refuse_write(c, reply);
    if (reply.status() != 204) c.unclear(reply, code_of(reply), "posting answers 204");
    c.accepted(reply, "204");  // says nothing of what was posted: the host reads back
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    ReadResult out;
    out.complete = true;
    const std::string code = journal_code(books_, in.reference);
    Request find_journal = journals("find-journal", code);
    Reply found = co_await c.send(find_journal);
    const json::Array journal_rows = rows_of(found);
    const std::string journal = journal_id(journal_rows, code);
    if (in.by == "code") {
      if (journal.empty()) co_return out;
      Sighting seen;
      seen.instrument = journal;
      seen.state = "active";
      seen.reference = journal_rows.front().at("displayName").as_string();
      out.sightings.push_back(std::move(seen));
      co_return out;
    }
    if (in.by != "reference") throw Failure(Failed::bug, "read by '" + in.by + "' is not declared");

    const std::string document = document_number(books_, in.reference);
    if (!journal.empty()) {
      Request find_lines = lines_of("find-lines", journal);
      Reply there = co_await c.send(find_lines);
      out.sightings = pending(rows_of(there), document);
    }
    Request find_entries = entries("find-entries", document);
    Reply posted = co_await c.send(find_entries);
    std::vector<Sighting> booked = active(rows_of(posted), document);
    if (!booked.empty() && !out.sightings.empty()) {
      // Posted between the two reads, or a second line besides a posted one: only another look tells.
      Request again = lines_of("find-lines-again", journal);
      Reply still = co_await c.send(again);
      out.sightings = pending(rows_of(still), document);
    }
    for (Sighting& seen : booked) {
      seen.reference = in.reference;  // the document number stands for it: the books show no more
      out.sightings.push_back(std::move(seen));
    }
    co_return out;
  }

  /// Every entry on the account, page by page as the server cuts them. The cursor: {"next", "count"}.
  Task<ListResult> list_entries(Context& c, const ListInput& in) const {
    std::string filter = "accountNumber eq " + literal(books_.account);
    if (in.since.size() >= kDateSize) filter += " and postingDate ge " + in.since.substr(0, kDateSize);
    Request look = list("list-entries", "/generalLedgerEntries", filter);
    std::string next(in.cursor.at("next").as_string());
    if (!next.empty()) look = Request(Retry::safe, "list-entries", "GET", next);
    look.header("Prefer", "odata.maxpagesize=500");
    Reply reply = co_await c.send(look);
    if (!reply.ok()) fail_read(reply);
    json::Value body = reply.json();
    if (!body.at("value").array()) throw Failure(Failed::unreadable, "the answer is no list of entries");
    std::optional<std::vector<Sighting>> seen = listed_entries(body.at("value").as_array(), books_);
    if (!seen) throw Failure(Failed::unreadable, "the list holds what is no entry of the account");
    std::int64_t count = counted(in) + static_cast<std::int64_t>(seen->size());
    for (const Sighting& entry : *seen) c.emit(entry);
    if (!body.at("@odata.nextLink").is_null()) {
      json::Object cursor;
      cursor.set("next", target_of(body.at("@odata.nextLink").as_string()));
      co_return next_page(std::move(cursor), count);
    }
    co_return list_end(in, count);
  }

 private:
  /// The next page's address without the server's: it must lead to the same list, and the host knows the server.
  std::string target_of(std::string_view link) const {
    std::size_t at = link.find(company_ + "/generalLedgerEntries?");
    if (at == std::string_view::npos) throw Failure(Failed::unreadable, "the next page is not of the same list");
    return std::string(link.substr(at));
  }

  static std::string literal(std::string_view text) { return "'" + doubled(text, '\'') + "'"; }

  Request list(std::string label, const char* resource, const std::string& filter) const {
    return Request(Retry::safe, std::move(label), "GET", company_ + resource + "?$filter=" + percent(filter));
  }
  Request journals(const char* label, const std::string& code) const {
    return list(label, "/journals", "code eq " + literal(code));
  }
  Request entries(const char* label, const std::string& document) const {
    return list(label, "/generalLedgerEntries", "documentNumber eq " + literal(document));
  }
  std::string journal_path(const std::string& journal) const {
    return company_ + "/journals(" + percent(journal) + ")";
  }
  Request lines_of(const char* label, const std::string& journal) const {
    return Request(Retry::safe, label, "GET", journal_path(journal) + "/journalLines");
  }

  static std::string journal_id(const json::Array& rows, const std::string& code) {
    if (rows.empty()) return {};
    if (!equal_ignoring_case(rows.front().at("code").as_string(), code))
      throw Failure(Failed::unreadable, "the journals were not filtered by code");
    std::string id(rows.front().at("id").as_string());
    if (rows.size() > 1 || id.empty()) throw Failure(Failed::unreadable, "the journal's code names no single journal");
    return id;
  }

  bool is_ours(const json::Value& line, const std::string& document) const {
    return equal_ignoring_case(line.at("documentNumber").as_string(), document);
  }

  /// How many lines of this posting the journal holds: 0 or 1. Ends the run if it holds anything else: not as
  /// a refusal, since something is there, and a person must look.
  std::size_t own_lines(const json::Array& rows, const Posting& posting) const {
    for (const json::Value& row : rows) {
      std::optional<Sighting> seen = line_sighting(row, books_);
      if (!seen || !is_ours(row, posting.document) || seen->amount != posting.on_account.negated())
        throw Failure(Failed::unreadable, "journal " + posting.journal + " holds a line that is not this booking's");
    }
    if (rows.size() > 1)
      throw Failure(Failed::unreadable, "journal " + posting.journal + " holds this booking's line twice: delete one");
    return rows.size();
  }

  bool is_booked(const json::Array& rows, const Posting& posting) const {
    std::vector<Sighting> seen = active(rows, posting.document);
    if (seen.empty()) return false;
    if (seen.size() > 1 || seen.front().amount != posting.on_account.negated())
      throw Failure(Failed::unreadable, "document " + posting.document + " is in the books with other amounts");
    return true;
  }

  std::vector<Sighting> pending(const json::Array& rows, const std::string& document) const {
    std::vector<Sighting> out;
    for (const json::Value& row : rows) {
      if (!is_ours(row, document)) continue;
      std::optional<Sighting> seen = line_sighting(row, books_);
      if (!seen) throw Failure(Failed::unreadable, "document " + document + " is a line of another kind");
      out.push_back(*seen);
    }
    return out;
  }

  std::vector<Sighting> active(const json::Array& rows, const std::string& document) const {
    for (const json::Value& row : rows)
      if (!is_ours(row, document)) throw Failure(Failed::unreadable, "the books were not filtered by document number");
    std::optional<std::vector<Sighting>> seen = entry_sightings(rows, books_);
    if (!seen) throw Failure(Failed::unreadable, "the answer is no list of ledger entries");
    return *seen;
  }

  static std::string made_journal(Context& c, const Reply& reply, const Posting& posting) {
    if (reply.adopted()) {
      std::string id = reply.sighting().instrument;
      if (id.empty()) throw Failure(Failed::unreadable, "the journal that was found has no id");
      return id;
    }
    if (!reply.ok()) refuse_write(c, reply);
    json::Value body = reply.json();
    std::string id(body.at("id").as_string());
    if (id.empty() || !equal_ignoring_case(body.at("code").as_string(), posting.journal))
      c.unclear(reply, code_of(reply), "the answer is not the journal that was asked for");
    Echoes echoes;
    echoes.reference = body.at("displayName").as_string();
    c.applied(reply, echoes);
    return id;
  }

  void made_line(Context& c, const Reply& reply, const Posting& posting) const {
    if (reply.adopted()) return;
    if (!reply.ok()) refuse_write(c, reply);
    json::Value body = reply.json();
    std::optional<Sighting> made = line_sighting(body, books_);
    if (!made || !is_ours(body, posting.document))
      c.unclear(reply, code_of(reply), "the answer is not the line that was asked for");
    Echoes echoes;
    echoes.amount = posting.entry == "issued" ? *made->amount : made->amount->negated();  // asked for as positive
    echoes.reference = made->reference;
    c.applied(reply, echoes);
  }

  std::string company_;
  bool post_today_ = false;
  Books books_;
};

}  // namespace handoff::business_central

using handoff::business_central::BusinessCentral;
HANDOFF_CONNECTOR(BusinessCentral, HANDOFF_OPERATION(BusinessCentral, check, "check/1"),
                  HANDOFF_OPERATION(BusinessCentral, record, "record/1"),
                  HANDOFF_OPERATION(BusinessCentral, read, "read/1"),
                  HANDOFF_OPERATION(BusinessCentral, list_entries, "list/1"))
