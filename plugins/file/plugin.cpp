// A folder as a system: files that others drop are a source of credits, and documents that are written here are
// bookings for others to take.

#include <algorithm>
#include <handoff/sdk/connector.hpp>
#include <handoff/sdk/files.hpp>

#include "cursor.hpp"
#include "document.hpp"
#include "mapping.hpp"
#include "place.hpp"

namespace handoff::file {

namespace {

constexpr std::size_t kWaitingMax = 100;   // names of one look; more wait for the next
constexpr int kListPagesMax = 10;          // of a thousand files; all of them pass through each step that follows
constexpr std::size_t kNameMax = 200;      // bytes, so that a tag finds room in it
constexpr std::int64_t kNamedBadMax = 20;  // records of one file with a case each; then one for the rest
constexpr std::uint64_t kDocumentMax = 1u << 20;

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> ends) {
  return std::ranges::any_of(ends, [&](std::string_view end) {
    return name.size() > end.size() && equal_ignoring_case(name.substr(name.size() - end.size()), end);
  });
}

bool is_csv(std::string_view name) { return ends_with_any(name, {".csv", ".txt"}); }
bool is_ours(std::string_view name) { return is_csv(name) || ends_with_any(name, {".json", ".jsonl", ".ndjson"}); }

/// A name that stands in a path as one part of it. Others are shown by no folder.
bool is_part(std::string_view name) {
  bool plain =
      std::ranges::none_of(name, [](char c) { return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return plain && !name.empty() && name.front() != '.';
}

/// Short enough to be put away under it with a tag, and without what a list shows in the place of bytes that are no UTF-8:
/// by that name it is not there.
bool is_nameable(std::string_view name) {
  return name.size() <= kNameMax && name.find("\xEF\xBF\xBD") == std::string_view::npos;
}

std::vector<FileEntry> usable(std::vector<FileEntry> files) {
  std::erase_if(files, [](const FileEntry& one) { return !is_part(one.name) || !is_ours(one.name); });
  return files;
}

/// What is still what it was: nobody writes to it any more.
std::vector<std::string> still(const std::vector<FileEntry>& before, const std::vector<FileEntry>& now) {
  std::vector<std::string> out;
  for (const FileEntry& one : now)
    if (std::ranges::any_of(before, [&](const FileEntry& old) {
          return old.name == one.name && old.size == one.size && old.modified_ms == one.modified_ms;
        }))
      out.push_back(one.name);
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

/// Why a hint that is no row was given; empty: it is none of these.
std::string_view words_of(std::string_view type) {
  if (type == "cut") return "the list is not closed: the file was cut; drop it whole";
  if (type == "grew") return "it grew after it was read; drop what stands from here on once more";
  if (type == "gone") return "it was taken away while it was read; from here on nothing is known";
  if (type == "unreadable") return "this hub may not read it; give its account the right to, and drop it once more";
  if (type == "name") return "its name is longer than 200 bytes, or no UTF-8; give it another one";
  if (type == "more") return "more of its records cannot be read, this one is the last";
  return {};
}

/// What is wrong with a first line; empty: nothing.
std::string lacking(const Mapping& mapping, const std::vector<std::string>& header) {
  if (header.empty()) return "the first line is no line of columns";
  constexpr const char* kNothingTaken = "; nothing of the file is taken";
  if (std::string names = joined(missing(mapping, header)); !names.empty())
    return "the first line has no column " + names + kNothingTaken;
  std::string names = joined(repeated(mapping, header));
  return names.empty() ? "" : "the first line has more than one column " + names + kNothingTaken;
}

std::string_view line_at(std::string_view bytes, std::size_t from) {
  return bytes.substr(from, std::min(bytes.find('\n', from), bytes.size()) - from);
}

bool gone(const Reply& reply) { return reply.status() == 404 && file_code(reply) == "404/no_such_file"; }

}  // namespace

class File {
 public:
  explicit File(const json::Value& settings)
      : incoming_(settings.at("incoming").as_string("in")),
        archive_(settings.at("archive").as_string("archive")),
        refused_(settings.at("refused").as_string("refused")),
        outgoing_(settings.at("outgoing").as_string("out")),
        taken_(settings.at("taken").as_string("out/taken")),
        settle_ms_(settings.at("settle_s").as_integer().value_or(5) * 1000),
        mapping_(mapping_of(settings)) {
    std::string_view delimiter = settings.at("delimiter").as_string();
    delimiter_ = delimiter == "semicolon" ? ';' : delimiter == "tab" ? '\t' : delimiter == "pipe" ? '|' : ',';
    for (auto [name, folder] : {std::pair("/incoming", &incoming_),
                                {"/archive", &archive_},
                                {"/refused", &refused_},
                                {"/outgoing", &outgoing_},
                                {"/taken", &taken_}})
      if (*folder == "claimed" || folder->starts_with("claimed/"))
        throw config_error(name, "claimed is where this hub keeps what it reads");
  }

  Task<CheckResult> check(Context& c, const CheckInput&) const {
    FileRequest look = FileRequest::list("list-folder", "");
    Reply reply = co_await c.send(look);
    expect_done(reply);
    files_in(reply);
    co_return CheckResult();
  }

  Task<PullResult> pull(Context& c, const PullInput& in) const {
    Cursor cursor;
    // A cursor of another release is no loss: what is claimed is found and read again from its beginning.
    if (!in.cursor.is_null() && !decode(in.cursor, cursor).empty()) cursor = Cursor();
    if (!mapping_) co_return PullResult();
    if (!cursor.to.empty()) {
      FileRequest away = FileRequest::move("put-away", "claimed/" + cursor.file, cursor.to);
      Reply reply = co_await c.send(away);
      expect_done(reply);
      if (reply.json().at("path").as_string() != cursor.to)
        throw Failure(Failed::unreadable, "put-away: the answer is about another file");
      // Whoever has it open may write on, whatever its name: what came after the last look was not read.
      bool read = cursor.to.starts_with(archive_ + "/");
      if (read && reply.json().at("size").as_integer().value_or(cursor.offset) > cursor.offset)
        say(c, "grew", Place(cursor.to, cursor.line, cursor.offset));
      co_return begin_next(std::move(cursor));
    }
    if (cursor.file.empty()) {
      Task<bool> claiming = claim(c, cursor);
      bool claimed = co_await claiming;
      if (!claimed) co_return end_run(std::move(cursor));
    }
    FileRequest look =
        FileRequest::read("read-page", "claimed/" + cursor.file, static_cast<std::uint64_t>(cursor.offset), kPageBytes);
    Reply reply = co_await c.send(look);
    if (gone(reply)) {
      say(c, "gone", place(cursor));
      co_return begin_next(std::move(cursor));
    }
    if (file_code(reply) == "403/not_allowed") {  // this one; the folder itself was listed
      cursor.to = put_away(refused_, cursor.file, cursor.tag);
      say(c, "unreadable", Place(cursor.to, cursor.line, cursor.offset));
      co_return PullResult(encode(cursor));
    }
    expect_done(reply);
    read_page(c, reply, cursor);
    co_return PullResult(encode(cursor));
  }

  /// A record that could not be read, looked at alone: with other settings it may be a credit after all.
  Task<Nothing> fetch(Context& c, const FetchInput& in) const {
    std::optional<Place> place = to_place(in.object);
    if (!place) throw Failure(Failed::bug, "'" + in.object + "' is no hint of this connector");
    if (std::string_view words = words_of(in.type); !words.empty()) throw Failure(Failed::rejected, std::string(words));
    if (!mapping_) throw Failure(Failed::rejected, "the settings name no columns");
    FileRequest look = FileRequest::read("read-put-away", place->path, 0, kPageBytes);
    Reply head = co_await c.send(look);
    std::string path = place->path;
    if (gone(head)) {
      path = "claimed/" + place->name();
      FileRequest look_again = FileRequest::read("read-claimed", path, 0, kPageBytes);
      head = co_await c.send(look_again);
    }
    if (gone(head)) throw Failure(Failed::rejected, "the file is not there any more; drop it once more");
    expect_done(head);
    std::size_t used = 0;
    std::vector<std::string> header;
    if (is_csv(path)) header = csv_header(head.body(), delimiter_, used);
    std::string wrong = is_csv(path) ? lacking(*mapping_, header) : std::string();
    if (wrong.empty() && in.type == "columns") wrong = "its columns are right by now; drop it once more";
    if (!wrong.empty()) throw Failure(Failed::rejected, wrong);
    FileRequest take = FileRequest::read("read-row", path, static_cast<std::uint64_t>(place->offset), kPageBytes);
    Reply row = co_await c.send(take);
    expect_done(row);
    take_alone(c, row, *place, header);
    co_return Nothing();
  }

  Task<RecordResult> record(Context& c, const RecordInput& in) const {
    FileRequest book =
        FileRequest::write(Retry::unsafe, "write-document", outgoing_ + "/" + in.reference + ".json", document_of(in));
    Reply reply = co_await c.send(book);
    RecordResult out;
    if (reply.adopted()) {
      out.instrument = reply.sighting().instrument;
      co_return out;
    }
    if (reply.status() != 200) refuse_write(c, reply);
    json::Value written = reply.json();
    std::optional<Sighting> seen = to_sighting(written);
    if (!seen || written.at("entry").as_string() != in.entry)
      c.unclear(reply, "200", "what lies there is not what was written");
    Echoes echoes;
    echoes.amount = money_from_decimal(written.at("amount").as_string(), written.at("currency").as_string());
    echoes.reference = seen->reference;
    c.applied(reply, echoes);
    out.instrument = seen->instrument;
    co_return out;
  }

  /// Where it was put, or where those who take it put it.
  Task<ReadResult> read(Context& c, const ReadInput& in) const {
    if (in.by != "reference" || in.reference.empty())
      throw Failure(Failed::bug, "a document is read by reference, and none is given");
    ReadResult out;
    out.complete = true;
    FileRequest look = FileRequest::read("read-document", outgoing_ + "/" + in.reference + ".json", 0, kDocumentMax);
    Reply reply = co_await c.send(look);
    if (!gone(reply)) {
      out.sightings.push_back(shown(reply, in.reference));
      co_return out;
    }
    FileRequest look_again = FileRequest::read("read-taken", taken_ + "/" + in.reference + ".json", 0, kDocumentMax);
    Reply taken = co_await c.send(look_again);
    if (!gone(taken)) out.sightings.push_back(shown(taken, in.reference));
    co_return out;
  }

 private:
  static PullResult end_run(Cursor cursor) {
    PullResult out;
    out.more = !cursor.next.empty();
    out.cursor = encode(cursor);
    return out;
  }
  static PullResult begin_next(Cursor cursor) {
    Cursor fresh;
    fresh.next = std::move(cursor.next);
    return PullResult(encode(fresh));
  }

  /// A file to be read is in the cursor; false if there is none now. What was claimed and not finished comes first.
  Task<bool> claim(Context& c, Cursor& cursor) const {
    if (cursor.next.empty()) {
      FileRequest own = FileRequest::list("list-claimed", "claimed");
      Reply claimed = co_await c.send(own);
      std::vector<FileEntry> unfinished = usable(files_in(claimed));
      std::erase_if(unfinished, [](const FileEntry& one) { return !is_nameable(one.name); });
      if (!unfinished.empty()) {
        begin(cursor, unfinished.front());
        co_return true;
      }
      Task<std::vector<FileEntry>> looking = waiting(c, "list-incoming", true);
      std::vector<FileEntry> found = co_await looking;
      if (found.empty()) co_return false;
      Sleep rest("wait-until-still", static_cast<std::uint64_t>(settle_ms_));
      co_await c.send(rest);
      Task<std::vector<FileEntry>> looking_again = waiting(c, "list-incoming-again", false);
      std::vector<FileEntry> again = co_await looking_again;
      cursor.next = still(found, again);
      if (cursor.next.empty()) co_return false;
    }
    const std::string name = cursor.next.front();
    cursor.next.erase(cursor.next.begin());
    FileRequest take = FileRequest::claim("claim-file", incoming_ + "/" + name);
    Reply reply = co_await c.send(take);
    if (gone(reply) || file_code(reply) == "409/taken") co_return false;  // another hub was faster
    expect_done(reply);
    if (reply.json().at("path").as_string() != "claimed/" + name)
      throw Failure(Failed::unreadable, "claim-file: the answer is about another file");
    std::optional<FileEntry> claimed = to_file_entry(reply.json(), name);
    if (!claimed) throw Failure(Failed::unreadable, "claim-file: the answer does not describe the file");
    begin(cursor, *claimed);
    co_return true;
  }

  /// The oldest that can be taken, however many files of others lie among them. `first`: of two looks.
  Task<std::vector<FileEntry>> waiting(Context& c, std::string label, bool first) const {
    std::vector<FileEntry> out;
    std::uint64_t seen = 0;
    for (int page = 1; page <= kListPagesMax; ++page) {
      FileRequest look = FileRequest::list(page == 1 ? label : label + "-" + std::to_string(page), incoming_, seen);
      Reply reply = co_await c.send(look);
      FileList list = list_of_files(reply);
      seen += list.files.size();
      for (FileEntry& one : usable(std::move(list.files))) {
        if (out.size() == kWaitingMax) co_return out;
        if (!is_nameable(one.name) && first) say_name(c, one.name);
        if (is_nameable(one.name)) out.push_back(std::move(one));
      }
      if (!list.more) co_return out;
    }
    if (out.empty())
      throw Failure(Failed::unreadable, "the oldest " + std::to_string(seen) + " files in " + incoming_ +
                                            " are none that it can take, and others follow: take them away");
    co_return out;
  }

  /// Nothing else would tell whoever dropped it that it is never read.
  void say_name(Context& c, const std::string& name) const {
    Hint out = hint("name", Place(incoming_ + "/" + name, 1, 0));
    out.id = "name:" + digest(name);
    c.emit(out);
  }

  /// Size and time stay what they are when a file is renamed: after a crash it has the same tag.
  static void begin(Cursor& cursor, const FileEntry& file) {
    cursor.file = file.name;
    cursor.tag = digest(file.name + "|" + std::to_string(file.size) + "|" + std::to_string(file.modified_ms));
  }

  /// As where it will be put away when nothing goes wrong.
  Place place(const Cursor& cursor) const {
    return Place(put_away(archive_, cursor.file, cursor.tag), cursor.line, cursor.offset);
  }

  /// Bytes of a file and their place in it.
  static Piece piece_of(const Reply& reply, std::int64_t offset) {
    std::optional<std::int64_t> size = parse_decimal(reply.header("size"), 0);
    auto end = offset + static_cast<std::int64_t>(reply.body().size());
    if (!size || *size < 0 || (reply.body().empty() && end < *size))
      throw Failure(Failed::unreadable, std::string(reply.label()) + ": the answer is no part of a file");
    Piece out;
    out.bytes = reply.body();
    out.last = end >= *size;
    return out;
  }

  Page page_of(const std::string& name, const Piece& piece, const std::vector<std::string>& header) const {
    return is_csv(name) ? csv_page(piece, delimiter_, header) : json_page(piece);
  }

  void take_alone(Context& c, const Reply& reply, const Place& place, const std::vector<std::string>& header) const {
    Piece piece = piece_of(reply, place.offset);
    piece.line = place.line;
    piece.open = true;  // of a list, perhaps
    Page page = page_of(place.path, piece, header);
    if (page.records.empty() || page.records.front().offset != 0)
      throw Failure(Failed::rejected, "there is no record any more");
    const Record& record = page.records.front();
    Mapped mapped = record.problem.empty() ? to_event(record.values, *mapping_) : Mapped();
    if (std::string wrong = record.problem + mapped.problem; !wrong.empty()) throw Failure(Failed::rejected, wrong);
    if (mapped.event) c.emit(*mapped.event);
  }

  void read_page(Context& c, const Reply& reply, Cursor& cursor) const {
    Piece piece = piece_of(reply, cursor.offset);
    const std::string_view bytes = piece.bytes;
    piece.tail = cursor.tail;
    piece.open = cursor.open;
    std::size_t used = 0;
    if (is_csv(cursor.file) && cursor.offset == 0 && !bytes.empty()) {
      cursor.header = csv_header(bytes, delimiter_, used);
      if (!lacking(*mapping_, cursor.header).empty()) {
        cursor.to = put_away(refused_, cursor.file, cursor.tag);
        return say(c, "columns", Place(cursor.to, 1, 0));
      }
      cursor.line += std::count(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(used), '\n');
    }
    piece.line = cursor.line;
    piece.bytes = bytes.substr(used);
    Page page = page_of(cursor.file, piece, cursor.header);
    for (const Record& record : page.records) take(c, record, piece.bytes, static_cast<std::int64_t>(used), cursor);
    used += page.used;
    cursor.offset += static_cast<std::int64_t>(used);
    cursor.line = page.line;
    cursor.tail = page.tail;
    cursor.open = page.open;
    if (!page.cut.empty()) say(c, "cut", place(cursor));
    if (piece.last && used == bytes.size()) finish(c, cursor);
  }

  /// `before`: bytes of the page in front of the piece.
  void take(Context& c, const Record& record, std::string_view bytes, std::int64_t before, Cursor& cursor) const {
    Mapped mapped = record.problem.empty() ? to_event(record.values, *mapping_) : Mapped();
    if (mapped.event) return c.emit(*mapped.event);
    if (record.problem.empty() && mapped.problem.empty()) return;  // no credit
    cursor.last_bad = record.line;
    if (++cursor.bad > kNamedBadMax) return;
    Place at = place(cursor);
    at.line = record.line;
    at.offset += before + static_cast<std::int64_t>(record.offset);
    Hint row = hint("row", at);
    // The same line in the same place, dropped again, is the same complaint.
    row.id = "row:" + cursor.file + ":" + std::to_string(record.line) + ":" + digest(line_at(bytes, record.offset));
    c.emit(row);
  }

  void finish(Context& c, Cursor& cursor) const {
    cursor.to = put_away(archive_, cursor.file, cursor.tag);
    if (cursor.bad > kNamedBadMax) say(c, "more", Place(cursor.to, cursor.last_bad, 0));
  }

  static Hint hint(const char* type, const Place& place) {
    Hint out;
    out.type = type;
    out.object = place.text();
    out.id = out.type + ":" + out.object;
    return out;
  }
  static void say(Context& c, const char* type, const Place& place) { c.emit(hint(type, place)); }

  [[noreturn]] static void refuse_write(Context& c, const Reply& reply) {
    std::string code = file_code(reply);
    if (code == "503/no_space") c.refused(reply, code, 0);
    if (code == "403/not_allowed" || code == "409/other_content")
      c.rejected(reply, code,
                 code == "409/other_content" ? "a document of that name, with other content, is there"
                                             : "this hub may not write there");
    c.unclear(reply, code, "the folder says neither that it is written nor that it is not");
  }

  static Sighting shown(const Reply& reply, const std::string& reference) {
    expect_done(reply);
    std::optional<Sighting> out = to_sighting(reply.json());
    if (!out) throw Failure(Failed::unreadable, "what lies there is no document of ours");
    if (out->reference != reference) throw Failure(Failed::unreadable, "the document is another one's");
    return *out;
  }

  std::string incoming_, archive_, refused_, outgoing_, taken_;
  std::int64_t settle_ms_ = 0;
  char delimiter_ = ',';
  std::optional<Mapping> mapping_;
};

}  // namespace handoff::file

using handoff::file::File;
HANDOFF_CONNECTOR(File, HANDOFF_OPERATION(File, check, "check/1"), HANDOFF_OPERATION(File, pull, "pull/1"),
                  HANDOFF_OPERATION(File, fetch, "fetch/1"), HANDOFF_OPERATION(File, record, "record/1"),
                  HANDOFF_OPERATION(File, read, "read/1"))
