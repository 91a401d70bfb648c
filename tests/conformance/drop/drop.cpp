// A connector whose system is a folder: one JSON object a line is a credit, one document is a booking. Right as it stands,
// wrong in one way with each of the macros in CMakeLists.txt. The kit passes the first and fails each other for its reason.

#include <fstream>
#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/files.hpp>

namespace handoff::drop {

namespace {

constexpr std::uint64_t kPageBytes = 65'536;

bool is(const Reply& reply, std::string_view code) { return file_code(reply) == code; }

/// A name that is one part of a path. Whoever may drop files chooses their names.
[[maybe_unused]] bool usable(const std::string& name) {
  bool plain = name.find('/') == std::string::npos && name.size() <= 200 && !name.starts_with('.');
  for (char c : name) plain = plain && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  return plain && name.ends_with(".jsonl");
}

/// The oldest that may be taken; empty if there is none.
std::string first_of(const FileList& list) {
  for (const FileEntry& one : list.files) {
#ifdef BAD_DROP_LEAVES_FOLDER
    return one.name;
#endif
    if (usable(one.name)) return one.name;
  }
#ifndef BAD_DROP_ENDS_AT_A_CUT
  if (list.more)
    throw Failure(Failed::unreadable, "the oldest files are all of others, and more follow: take them away");
#endif
  return {};
}

SourceEvent to_event(std::string_view line) {
  json::Parsed row = json::parse(line);
  std::optional<Money> amount;
  if (row) amount = money_from_decimal(row->at("amount").as_string(), row->at("currency").as_string());
  SourceEvent out;
  if (row) out.unique_id = row->at("id").as_string();
  if (!amount || !amount->is_positive() || out.unique_id.empty())
    throw Failure(Failed::unreadable, "a line is no credit");
  out.kind = "credit.issued";
  out.amount = *amount;
  out.business_date = row->at("day").as_string();
  out.store = row->at("store").as_string();
  return out;
}

std::optional<Sighting> to_sighting(const json::Value& document) {
  Sighting out;
  out.reference = document.at("reference").as_string();
  out.instrument = out.reference;
  out.amount = money_from_decimal(document.at("amount").as_string(), document.at("currency").as_string());
  out.credit = document.at("credit").as_string();
  out.state = "active";
  std::string_view entry = document.at("entry").as_string();
  if (out.reference.empty() || !out.amount || (entry != "issued" && entry != "cancelled")) return std::nullopt;
  if (entry == "cancelled") out.amount = out.amount->negated();
  return out;
}

}  // namespace

class Drop {
 public:
  explicit Drop(const json::Value&) {}

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    FileRequest look = FileRequest::list("list-folder", "");
    Reply reply = co_await c.send(look);
    expect_done(reply);
    files_in(reply);
    co_return CheckResult();
  }

  /// One page of one file a run; the file is put away in a run of its own, when its rows are the hub's.
  Task<PullResult> pull(Context& c, const PullInput& in) const {
    std::string file(in.cursor.at("file").as_string());
    std::int64_t offset = in.cursor.at("offset").as_integer().value_or(0);
#ifdef BAD_DROP_KEEPS_OFFSET
    offset = offset_;
#endif
    if (in.cursor.at("read").as_bool(false)) {
      FileRequest away = FileRequest::move("put-away", "claimed/" + file, "archive/" + file);
      Reply reply = co_await c.send(away);
      expect_done(reply);
      if (reply.json().at("path").as_string() != "archive/" + file)
        throw Failure(Failed::unreadable, "put-away: the answer is about another file");
      co_return PullResult(json::Value(json::Object()));
    }
    if (file.empty()) {
      Task<std::string> finding = take(c);
      file = co_await finding;
      if (file.empty()) co_return PullResult();
    }
#ifdef BAD_DROP_READS_UNCLAIMED
    FileRequest look = FileRequest::read("read-page", "in/" + file, static_cast<std::uint64_t>(offset), kPageBytes);
#else
    FileRequest look =
        FileRequest::read("read-page", "claimed/" + file, static_cast<std::uint64_t>(offset), kPageBytes);
#endif
    Reply page = co_await c.send(look);
    bool read = rows(c, page, offset);
    json::Object cursor;
    cursor.set("file", file).set("offset", offset).set("read", read);
#ifdef BAD_DROP_KEEPS_OFFSET
    offset_ = offset;
#endif
#ifdef BAD_DROP_MOVES_FIRST
    FileRequest away = FileRequest::move("put-away", "claimed/" + file, "archive/" + file);
    Reply reply = co_await c.send(away);
    expect_done(reply);
    cursor = json::Object();
#endif
    co_return PullResult(json::Value(std::move(cursor)));
  }

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    json::Object document;
    std::string entry = in.entry;
#ifdef BAD_DROP_IGNORES_ENTRY
    entry = "issued";
#endif
    document.set("reference", in.reference).set("entry", entry).set("credit", in.credit.ref);
    document.set("amount", in.amount.decimal()).set("currency", in.amount.currency());
    std::string text = json::write(json::Value(std::move(document)));
#ifdef BAD_DROP_WRITES_ITSELF
    std::ofstream(in.reference + ".json") << text;
#endif
    FileRequest book = FileRequest::write(Retry::unsafe, "write-document", "out/" + in.reference + ".json", text);
    Reply reply = co_await c.send(book);
    RecordResult out;
    out.instrument = reply.adopted() ? reply.sighting().instrument : written(c, reply, entry);
    co_return out;
  }

  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    FileRequest look = FileRequest::read("read-document", "out/" + in.reference + ".json", 0, kPageBytes);
    Reply reply = co_await c.send(look);
    ReadResult out;
    out.complete = true;
    if (is(reply, "404/no_such_file")) co_return out;
    expect_done(reply);
    std::optional<Sighting> seen = to_sighting(reply.json());
    if (!seen || seen->reference != in.reference)
      throw Failure(Failed::unreadable, "what lies there is no document of ours");
    out.sightings.push_back(*seen);
    co_return out;
  }

 private:
  /// What was claimed and not finished, else the oldest of those that wait; empty if there is none.
  Task<std::string> take(Context& c) const {
    FileRequest own = FileRequest::list("list-claimed", "claimed");
    Reply claimed = co_await c.send(own);
    std::string file = first_of(list_of_files(claimed));
    if (!file.empty()) co_return file;
    FileRequest look = FileRequest::list("list-incoming", "in");
    Reply waiting = co_await c.send(look);
    file = first_of(list_of_files(waiting));
    if (file.empty()) co_return file;
#ifndef BAD_DROP_READS_UNCLAIMED
    FileRequest claim = FileRequest::claim("claim-file", "in/" + file);
    Reply reply = co_await c.send(claim);
    if (is(reply, "404/no_such_file") || is(reply, "409/taken")) co_return std::string();
    expect_done(reply);
    if (reply.json().at("path").as_string() != "claimed/" + file)
      throw Failure(Failed::unreadable, "claim-file: the answer is about another file");
#endif
    co_return file;
  }

  /// Emits whole lines; true if the file is at its end. What an unfinished last line holds is no credit yet.
  static bool rows(Context& c, const Reply& reply, std::int64_t& offset) {
    expect_done(reply);
    std::optional<std::int64_t> size = parse_decimal(reply.header("size"), 0);
    std::string_view bytes = reply.body();
    if (!size || *size < 0 || (bytes.empty() && offset < *size))
      throw Failure(Failed::unreadable, "read-page: the answer is no part of a file");
    bool last = offset + static_cast<std::int64_t>(bytes.size()) >= *size;
    if (!last && bytes.find('\n') == std::string_view::npos)
      throw Failure(Failed::unreadable, "no line ends on this page");
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
      c.emit(to_event(bytes.substr(0, end)));
      bytes.remove_prefix(end + 1);
      offset += static_cast<std::int64_t>(end) + 1;
    }
    if (!last) return false;
    if (!bytes.empty()) throw Failure(Failed::unreadable, "the last line is cut");
    return true;
  }

  static std::string written(Context& c, const Reply& reply, const std::string& entry) {
    std::string code = file_code(reply);
    if (code == "503/no_space") c.refused(reply, code, 0);
    if (code == "403/not_allowed" || code == "409/other_content") c.rejected(reply, code, "it may not be written");
    std::optional<Sighting> seen = reply.status() == 200 ? to_sighting(reply.json()) : std::nullopt;
    if (!seen || reply.json().at("entry").as_string() != entry)
      c.unclear(reply, code, "what lies there is not what was written");
    Echoes echoes;
    echoes.amount = entry == "cancelled" ? seen->amount->negated() : *seen->amount;  // asked for as positive
    echoes.reference = seen->reference;
    c.applied(reply, echoes);
    return seen->instrument;
  }

#ifdef BAD_DROP_KEEPS_OFFSET
  mutable std::int64_t offset_ = 0;
#endif
};

}  // namespace handoff::drop

using handoff::drop::Drop;
HANDOFF_CONNECTOR(Drop, HANDOFF_OPERATION(Drop, check, "check/1"), HANDOFF_OPERATION(Drop, pull, "pull/1"),
                  HANDOFF_OPERATION(Drop, record, "record/1"), HANDOFF_OPERATION(Drop, read, "read/1"))
