#include "core/reconcile/rows.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <handoff/sdk/text.hpp>

#include "core/reconcile/marks.hpp"

namespace handoff::reconcile {

namespace {

/// Quoted text with its doubled quotes made single. `store` keeps what had to be changed.
std::string_view unquoted(std::string_view text, std::deque<std::string>& store) {
  if (text.find('"') == std::string_view::npos) return text;
  std::string& out = store.emplace_back();
  for (std::size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    if (text[at] == '"' && at + 1 < text.size() && text[at + 1] == '"') ++at;
  }
  return out;
}

constexpr const char* kMarkup = "is HTML or XML: the download broke off here";

/// Rows of a CSV block, one after the other.
class CsvRows {
 public:
  CsvRows(const Block& block, std::size_t begin, char delimiter, const Columns& columns, const OnRow& on_row)
      : begin_(block.bytes.data() + begin),
        end_(block.bytes.data() + block.size),
        marks_(begin_, end_, delimiter),
        delimiter_(delimiter),
        columns_(columns),
        on_row_(on_row),
        offset_(block.offset + begin),
        ascii_(block.ascii) {}

  std::uint64_t run() {
    for (const char* at = begin_; at < end_;) at = row(at);
    return lines_;
  }
  void one() { row(begin_); }

 private:
  /// Reads one row; where the next begins.
  const char* row(const char* begin) {
    std::size_t column = 0;
    const char* problem = nullptr;
    std::uint64_t lines = lines_;
    if (!store_.empty()) store_.clear();
    const int* field_of = columns_.field_of.data();
    const std::size_t columns = columns_.field_of.size();
    Marks marks = marks_;  // in registers, as nothing that is written through a pointer can be this
    for (const char* field = begin;;) {
      const char* mark = marks.next();
      std::string_view text(field, static_cast<std::size_t>(mark - field));
      if (mark < end_ && *mark == '"') {
        marks_ = marks;
        mark = mark == field ? quoted(field, text, problem) : after_quotes(field, text);
        marks = marks_;
      }
      if (column < columns && field_of[column] >= 0) set(static_cast<std::size_t>(field_of[column]), trimmed(text));
      ++column;
      field = mark + 1;
      if (mark < end_ && *mark != '\n') continue;
      marks_ = marks;
      ++lines_;
      bool empty = column == 1 && trimmed({begin, static_cast<std::size_t>(mark - begin)}).empty();
      if (!empty) give({begin, static_cast<std::size_t>(mark - begin)}, lines, column, problem, field >= end_);
      return field;
    }
  }

  /// As one store: fields are read in one, and a processor that finds two halves waits until both have left for the cache.
  void set(std::size_t field, std::string_view text) {
    using Pair [[gnu::vector_size(sizeof(std::string_view))]] = std::uint64_t;
    static_assert(sizeof text == 16 && sizeof text.data() == 8);
    Pair both = {text.size(), reinterpret_cast<std::uintptr_t>(text.data())};  // as libstdc++ has them
    std::memcpy(static_cast<void*>(&fields_[field]), &both, sizeof both);
  }

  /// A field with a quote inside of it, which is a character like any other (5" pipe); the mark after it.
  const char* after_quotes(const char* field, std::string_view& text) {
    const char* mark = marks_.next();
    while (mark < end_ && *mark == '"') mark = marks_.next();
    text = {field, static_cast<std::size_t>(mark - field)};
    return mark;
  }

  /// A quoted field; the mark after it.
  const char* quoted(const char* open, std::string_view& text, const char*& problem) {
    bool doubled = false;
    for (;;) {
      const char* close = marks_.next();
      if (close == end_) {
        problem = "a quote is not closed";
        text = {};
        return end_;
      }
      if (*close != '"') {
        lines_ += *close == '\n' ? 1 : 0;
        continue;
      }
      if (close + 1 < end_ && close[1] == '"') {
        marks_.next();
        doubled = true;
        continue;
      }
      text = trimmed({open + 1, static_cast<std::size_t>(close - open - 1)});
      if (doubled) text = unquoted(text, store_);
      const char* mark = marks_.next();
      if (!trimmed({close + 1, static_cast<std::size_t>(mark - close - 1)}).empty())
        problem = "something stands between a closing quote and the next field";
      while (mark < end_ && *mark == '"') mark = marks_.next();
      return mark;
    }
  }

  void give(std::string_view text, std::uint64_t lines, std::size_t columns, const char* problem, bool last) {
    if (columns != columns_.count && text.front() == '<') problem = kMarkup;
    if (problem == nullptr && columns < columns_.count) problem = "has fewer fields than the header";
    if (problem == nullptr && columns > columns_.count) problem = "has more fields than the header";
    for (std::size_t column = columns; column < columns_.count; ++column)  // these are of the row before
      if (columns_.field_of[column] >= 0) fields_[static_cast<std::size_t>(columns_.field_of[column])] = {};
    say_twice(fields_);
    RawRow row{offset_ + static_cast<std::uint64_t>(text.data() - begin_),
               lines,
               &fields_,
               problem,
               last,
               ascii_,
               nullptr,
               {},
               ~std::uint64_t{0}};
    if (problem != nullptr || lines_ > lines + 1) look_closer(text, columns, row);
    on_row_(row);
    if (problem != nullptr) fields_.fill({});  // a whole row sets the same fields as the one before
  }

  void say_twice(Fields& fields) const {
    for (auto [from, to] : columns_.same) fields[static_cast<std::size_t>(to)] = fields[static_cast<std::size_t>(from)];
  }

  /// The fields of a text, its columns counted from its end: those behind the place that has one too many or too few.
  Fields aligned_at_end(std::string_view text) {
    const std::vector<std::string>& texts = texts_.emplace_back(split_line(text, delimiter_));
    Fields out{};
    for (std::size_t column = 0; column < columns_.count; ++column)
      if (std::size_t from = texts.size() + column; columns_.field_of[column] >= 0 && from >= columns_.count)
        out[static_cast<std::size_t>(columns_.field_of[column])] = texts[from - columns_.count];
    say_twice(out);
    return out;
  }

  bool fits(std::string_view line) const {
    return static_cast<std::size_t>(std::ranges::count(line, delimiter_)) + 1 == columns_.count;
  }

  /// What else a row may say that is broken, or goes over several lines.
  void look_closer(std::string_view text, std::size_t columns, RawRow& row) {
    constexpr std::size_t kSwallowedMax = 1000;
    texts_.clear();
    swallowed_.clear();
    if (row.problem == kMarkup) return;
    if (columns != columns_.count) row.from_end = &(from_end_ = aligned_at_end(text));
    std::uint64_t lines = row.lines;
    if (std::size_t end = text.find('\n'); row.problem != nullptr && end != std::string_view::npos) {
      std::string first(text.substr(0, end));  // where the stray quote opens
      std::erase(first, '"');
      if (fits(first)) swallowed_.push_back({row.offset, lines, aligned_at_end(first)});
    }
    for (std::size_t at = text.find('\n'); at != std::string_view::npos && swallowed_.size() < kSwallowedMax;) {
      std::size_t end = std::min(text.find('\n', ++at), text.size());
      std::string_view line = text.substr(at, end - at);
      ++lines;
      if (fits(line)) swallowed_.push_back({row.offset + at, lines, aligned_at_end(line)});
      at = end < text.size() ? end : std::string_view::npos;
    }
    row.swallowed = swallowed_;
  }

  const char* begin_;
  const char* end_;
  Marks marks_;
  char delimiter_;
  const Columns& columns_;
  const OnRow& on_row_;
  std::uint64_t offset_, lines_ = 0;
  bool ascii_;
  Fields fields_{}, from_end_{};
  std::deque<std::string> store_;
  std::deque<std::vector<std::string>> texts_;  // of the row that was looked at closer
  std::vector<Swallowed> swallowed_;
};

/// nullptr: there is none of that name.
const json::Value* follow(const json::Value& value, std::string_view path) {
  const json::Value* at = value.as_object().find(path);  // a name that holds a dot itself
  if (at != nullptr) return at;
  at = &value;
  while (at != nullptr && !path.empty()) {
    std::size_t dot = path.find('.');
    at = at->as_object().find(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

/// What a line that is no JSON seems to say under a name: enough to know whose credit is not judged.
std::string_view loosely(std::string_view line, std::string_view path) {
  std::string_view name = path.substr(path.rfind('.') + 1);
  for (std::size_t at = line.find(name); at != std::string_view::npos && !name.empty(); at = line.find(name, at + 1)) {
    std::string_view rest = line.substr(at + name.size());
    if (at == 0 || line[at - 1] != '"' || !rest.starts_with('"')) continue;
    rest = trimmed(rest.substr(1));
    if (!rest.starts_with(':')) continue;
    rest = trimmed(rest.substr(1));
    bool quoted = rest.starts_with('"');
    return trimmed(quoted ? rest.substr(1, rest.find('"', 1) - 1) : rest.substr(0, rest.find_first_of(",}]")));
  }
  return {};
}

/// One line; where the next begins.
std::size_t json_row(const Block& block, std::size_t at, std::uint64_t lines, const Columns& columns,
                     const OnRow& on_row) {
  std::string_view text(block.bytes.data(), block.size);
  std::size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = trimmed(text.substr(at, end - at));
  if (line.empty()) return end + 1;
  std::array<std::string, kFields> values;
  Fields fields{};
  json::Parsed parsed = json::parse(line);
  const char* why = !parsed && parsed.error.message.starts_with("duplicate key") ? "says a name twice" : "is not JSON";
  const char* problem = !parsed ? why : !parsed->is_object() ? "is no JSON object" : nullptr;
  for (std::size_t i = 0; i < kFields && !parsed; ++i) fields[i] = loosely(line, columns.path[i]);
  std::uint64_t there = problem == nullptr ? RawRow::kAny : 0;
  for (std::size_t i = 0; i < kFields && problem == nullptr; ++i) {
    const json::Value* value = columns.path[i].empty() ? nullptr : follow(*parsed, columns.path[i]);
    if (value == nullptr) continue;
    there |= std::uint64_t{1} << i;
    values[i] = scalar(*value);
    fields[i] = trimmed(values[i]);
  }
  on_row({block.offset + at, lines, &fields, problem, end + 1 >= text.size(), false, nullptr, {}, there});
  return end + 1;
}

}  // namespace

std::string scalar(const json::Value& value) {
  if (value.number() != nullptr) return value.number()->text();
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  return std::string(value.as_string());
}

namespace {

/// Blanks that nobody sees: the one that does not break, the narrow one, the one without width, the mark of a file's begin.
constexpr std::string_view kUnseen[] = {"\u00a0", "\u202f", "\u200b", "\ufeff"};
bool beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

}  // namespace

std::string_view trimmed(std::string_view text) {
  auto seen = [](char c) { return c > ' ' && !beyond_ascii(c); };
  if (!text.empty() && seen(text.front()) && seen(text.back())) return text;  // as most are
  auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  if (text.empty() || (!beyond_ascii(text.front()) && !beyond_ascii(text.back()))) return text;
  for (std::string_view one : kUnseen) {
    if (text.starts_with(one)) return trimmed(text.substr(one.size()));
    if (text.ends_with(one)) return trimmed(text.substr(0, text.size() - one.size()));
  }
  return text;
}

std::vector<std::string> split_line(std::string_view line, char delimiter) {
  std::vector<std::string> out;
  std::deque<std::string> store;
  for (std::size_t at = 0;;) {
    std::size_t end = line.find(delimiter, at);
    if (at < line.size() && line[at] == '"') {
      std::size_t close = line.find('"', at + 1);
      while (close != std::string_view::npos && close + 1 < line.size() && line[close + 1] == '"')
        close = line.find('"', close + 2);
      end = close == std::string_view::npos ? close : line.find(delimiter, close);
      out.emplace_back(
          unquoted(trimmed(line.substr(at + 1, close == std::string_view::npos ? close : close - at - 1)), store));
    } else {
      out.emplace_back(trimmed(line.substr(at, end == std::string_view::npos ? end : end - at)));
    }
    if (end == std::string_view::npos) return out;
    at = end + 1;
  }
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    auto c = static_cast<unsigned char>(text[at]);
    std::size_t size = c < 0x80                ? 1
                       : c >= 0xc2 && c < 0xe0 ? 2
                       : c >= 0xe0 && c < 0xf0 ? 3
                       : c >= 0xf0 && c < 0xf5 ? 4
                                               : 0;
    if (size == 0 || at + size > text.size()) return false;
    for (std::size_t i = 1; i < size; ++i)
      if ((static_cast<unsigned char>(text[at + i]) & 0xc0) != 0x80) return false;
    at += size;
  }
  return true;
}

std::array<std::string, kFields> names_of(const config::ExportMap& map) {
  std::array<std::string, kFields> out;
  for (std::size_t i = 0; i < map.reference.size() && i < kReferenceColumnsMax; ++i) out[i] = map.reference[i];
  for (std::size_t i = 0; i < map.original.size() && i < kReferenceColumnsMax; ++i)
    out[at(Field::original) + i] = map.original[i];
  auto set = [&](Field field, const std::string& name) { out[at(field)] = name; };
  set(Field::amount, map.amount);
  set(Field::balance, map.balance);
  set(Field::currency, map.currency);
  set(Field::balance_type, map.balance_type);
  set(Field::time, map.time);
  set(Field::clock, map.clock);
  set(Field::business_date, map.business_date);
  set(Field::type, map.type);
  set(Field::status, map.status);
  set(Field::store, map.store);
  set(Field::terminal, map.terminal);
  set(Field::transaction, map.transaction);
  set(Field::line, map.line);
  set(Field::staff, map.staff);
  set(Field::route, map.route);
  set(Field::version, map.version);
  set(Field::customer, map.customer);
  set(Field::email, map.email);
  set(Field::phone, map.phone);
  set(Field::loyalty, map.loyalty);
  set(Field::instrument, map.instrument);
  set(Field::author, map.author);
  set(Field::systems, map.systems);
  return out;
}

std::expected<Columns, Refusal> find_columns(const Input& input, const config::ExportMap& map) {
  Columns out;
  std::array<std::string, kFields> names = names_of(map);
  for (std::size_t i = 0; i < kFields; ++i) out.mapped[i] = !names[i].empty();
  if (input.shape() == Shape::json_lines) {
    out.path = std::move(names);
    return out;
  }
  out.count = input.header().size();
  out.field_of.assign(out.count, -1);
  for (std::size_t i = 0; i < kFields; ++i) {
    if (names[i].empty()) continue;
    auto column = std::ranges::find_if(input.header(),
                                       [&](const std::string& one) { return equal_ignoring_case(one, names[i]); });
    if (column == input.header().end()) {
      return std::unexpected(Refusal{input.path(), 1, "has no column \"" + names[i] + "\"",
                                     "its columns are " + names_of_columns(input.header()) +
                                         "; correct the map, or see what --guess makes of it"});
    }
    if (std::any_of(column + 1, input.header().end(),
                    [&](const std::string& one) { return equal_ignoring_case(one, names[i]); }))
      return std::unexpected(Refusal{input.path(), 1, "has two columns \"" + names[i] + "\"",
                                     "which is meant cannot be told: rename one of them in the file"});
    auto position = static_cast<std::size_t>(column - input.header().begin());
    if (out.field_of[position] >= 0)
      out.same.emplace_back(out.field_of[position], static_cast<int>(i));
    else
      out.field_of[position] = static_cast<int>(i);
  }
  if (!out.field_of.empty() && out.field_of[0] < 0)
    out.field_of[0] = static_cast<int>(Field::first);
  else if (!out.field_of.empty())
    out.same.emplace_back(out.field_of[0], static_cast<int>(Field::first));
  return out;
}

std::uint64_t for_rows(const Block& block, Shape shape, char delimiter, const Columns& columns, const OnRow& on_row) {
  if (shape == Shape::csv) return CsvRows(block, 0, delimiter, columns, on_row).run();
  std::uint64_t lines = 0;
  for (std::size_t at = 0; at < block.size; ++lines) at = json_row(block, at, lines, columns, on_row);
  return lines;
}

void one_row(const Block& block, std::uint64_t offset, Shape shape, char delimiter, const Columns& columns,
             const OnRow& on_row) {
  std::size_t begin = offset - block.offset;
  if (shape == Shape::csv) return CsvRows(block, begin, delimiter, columns, on_row).one();
  json_row(block, begin, 0, columns, on_row);
}

}  // namespace handoff::reconcile
