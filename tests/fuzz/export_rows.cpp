// Exports of other systems, for an audit: CSV in all its forms and JSON lines, packed or not, read by the map that is
// guessed from them. Input: a file.

#include <map>

#include "core/reconcile/guess.hpp"
#include "core/reconcile/row_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace handoff::fuzz {

namespace {

using namespace reconcile;

const MemoryFile& file() {
  static const MemoryFile one;
  return one;
}

void judge(const Refusal& refusal) {
  must(refusal.text().starts_with(file().path()) && !refusal.what.empty(), "a refusal names the file and says why",
       refusal.text());
}

/// Records of a row as the shelf keeps them.
std::string kept(const Record& record) {
  must(record.key.size() <= kKeyMax, "a reference fits where it is kept");
  std::string bytes(kPackedMax, '\0');
  bytes.resize(pack(record, bytes.data()));
  const char *from = bytes.data(), *next = nullptr;
  must(packed_key(from, &next) == record.key && next == bytes.data() + bytes.size(),
       "a record's end is where its reference ends");
  Record back = unpack(from);
  must(from == next && back.key == record.key && back.amount == record.amount && back.what == record.what,
       "a record is kept as it was read");
  return bytes;
}

struct Rows {
  std::vector<std::string> records;
  std::map<std::uint64_t, std::string> fields;  // by the row's place
};

std::string joined(const RawRow& row) {
  if (row.problem) return row.problem;  // its fields cannot be told
  std::string out;
  for (std::string_view field : *row.fields) out.append(field).push_back('\0');
  return out;
}

void read_block(const Block& block, const reconcile::Input& input, const Columns& columns, RowReader& reader,
                Rows& out) {
  std::string problem;
  for_rows(block, input.shape(), input.delimiter(), columns, [&](const RawRow& row) {
    must(row.offset >= block.offset && row.offset < block.offset + block.size, "a row is in its block");
    must(out.fields.empty() || row.offset > out.fields.rbegin()->first, "rows come in order");
    out.fields[row.offset] = joined(row);
    reader.read(0, row, [&](const Record& record) { out.records.push_back(kept(record)); }, problem);
    must(is_utf8(problem), "a problem can be shown", problem);
  });
  for (const auto& [offset, fields] : out.fields) {
    if (offset < block.offset) continue;
    one_row(block, offset, input.shape(), input.delimiter(), columns,
            [&](const RawRow& row) { must(joined(row) == fields, "a row alone is the row among others", fields); });
  }
}

Rows read(const config::ExportMap& map) {
  Rows out;
  Dictionaries dictionaries;
  auto input = reconcile::Input::open(file().path(), map.encoding);
  if (!input) judge(input.error());
  if (!input) return out;
  auto columns = find_columns(**input, map);
  if (!columns) judge(columns.error());
  if (!columns) return out;
  RowReader reader(Side::pos, map, Field::count, dictionaries);
  Block block;
  for (std::uint64_t next = 0;; next = block.offset + block.size) {
    auto more = (*input)->next(block);
    if (!more) judge(more.error());
    if (!more || !*more) return out;
    must(block.offset >= next && block.size > 0, "blocks follow one another");
    read_block(block, **input, *columns, reader, out);
  }
}

}  // namespace

void one_input(std::string_view bytes) {
  file().write(bytes);
  report::BySide<std::vector<std::string>> files;
  files[report::at(Side::pos)] = {file().path()};
  auto guesses = guess_maps(files, {}, "US");
  if (!guesses) return judge(guesses.error());
  const Guess& guess = (*guesses)[report::at(Side::pos)];
  if (!guess.missing.empty()) return;
  Rows once = read(guess.map), again = read(guess.map);
  must(once.fields == again.fields && once.records == again.records, "a file read twice says the same");
}

}  // namespace handoff::fuzz
