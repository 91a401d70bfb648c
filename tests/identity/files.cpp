#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/identity/cases.hpp"

namespace handoff::identity_set {

namespace {

using Row = std::map<std::string, std::string>;

[[noreturn]] void refuse(const std::string& file, std::size_t line, const std::string& why) {
  throw std::runtime_error(file + ":" + std::to_string(line) + ": " + why);
}

/// RFC 4180: fields in double quotes may hold commas, line ends and doubled quotes.
std::vector<std::string> take_row(const std::string& text, std::size_t& at, std::size_t& line) {
  std::vector<std::string> out(1);
  for (bool quoted = false; at < text.size(); ++at) {
    char c = text[at];
    if (c == '\n') ++line;
    if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"')
      out.back() += text[at++];
    else if (c == '"' && (quoted || out.back().empty()))
      quoted = !quoted;
    else if (!quoted && c == ',')
      out.emplace_back();
    else if (!quoted && c == '\n')
      return ++at, out;
    else if (quoted || c != '\r')
      out.back() += c;
  }
  return out;
}

std::vector<Row> rows(const std::string& file, const std::vector<std::string>& required) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file + ": cannot be read");
  std::string text((std::istreambuf_iterator<char>(in)), {});
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  std::size_t at = 0, line = 1;
  std::vector<std::string> names = take_row(text, at, line);
  for (const std::string& name : required)
    if (std::ranges::find(names, name) == names.end()) refuse(file, 1, "no column \"" + name + "\"");
  std::vector<Row> out;
  while (at < text.size()) {
    std::size_t began = line;
    std::vector<std::string> fields = take_row(text, at, line);
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() != names.size())
      refuse(file, began, std::to_string(fields.size()) + " fields, the heading has " + std::to_string(names.size()));
    Row row;
    for (std::size_t i = 0; i < names.size(); ++i) row[names[i]] = fields[i];
    out.push_back(std::move(row));
  }
  return out;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : "|") + one;
  return out;
}

std::vector<std::string> parts(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('|', at), text.size());
    if (end > at) out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

}  // namespace

Set read(const std::string& customers_file, const std::string& entries_file) {
  Set out;
  for (Row& row : rows(customers_file, {"id"}))
    out.records.push_back({row["id"], row["region"], row["email"], row["phone"], row["loyalty"]});
  for (Row& row : rows(entries_file, {"entry", "person"})) {
    Entry entry{row["entry"],   row["region"], row["email"],    row["phone"],
                row["loyalty"], row["kind"],   row["linkable"], {}};
    entry.persons = parts(row["person"]);
    out.entries.push_back(std::move(entry));
  }
  return out;
}

void write(const Set& set, const std::string& folder) {
  std::ofstream customers(folder + "/customers.csv", std::ios::binary),
      entries(folder + "/entries.csv", std::ios::binary);
  customers << "id,region,email,phone,loyalty\n";
  for (const Record& one : set.records)
    customers << quoted(one.id) << ',' << one.region << ',' << quoted(one.email) << ',' << quoted(one.phone) << ','
              << quoted(one.loyalty) << '\n';
  entries << "entry,region,email,phone,loyalty,person,linkable,kind\n";
  for (const Entry& one : set.entries)
    entries << quoted(one.id) << ',' << one.region << ',' << quoted(one.email) << ',' << quoted(one.phone) << ','
            << quoted(one.loyalty) << ',' << quoted(joined(one.persons)) << ',' << one.linkable << ',' << one.kind
            << '\n';
  if (!customers.flush() || !entries.flush()) throw std::runtime_error(folder + ": cannot be written");
}

}  // namespace handoff::identity_set
