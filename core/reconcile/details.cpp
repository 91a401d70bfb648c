#include "core/reconcile/details.hpp"

#include <algorithm>
#include <fstream>
#include <handoff/sdk/text.hpp>
#include <span>
#include <thread>

#include "core/reconcile/row_reader.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

/// The register's own number: of a column of its own, or what is left of a reference that is put together when its place and
/// day are taken away.
void receipt(const Fields& fields, const config::ExportMap& map, RowText& out) {
  out.transaction = fields[at(Field::transaction)].substr(0, 200);
  out.receipt_line = fields[at(Field::line)].substr(0, 200);
  if (auto day = business_day_s(fields[at(Field::business_date)], map)) out.business_date = date_text(*day);
  bool composed = map.transaction.empty() && map.reference.size() > 1;
  for (std::size_t i = 0; composed && i < map.reference.size() && i < kReferenceColumnsMax; ++i) {
    bool known = false;
    for (const std::string* other : {&map.store, &map.terminal, &map.business_date, &map.time, &map.line})
      known |= equal_ignoring_case(map.reference[i], *other);
    if (known) continue;
    std::string& to = out.transaction.empty() ? out.transaction : out.receipt_line;
    if (to.empty()) to = fields[i].substr(0, 200);
  }
}

RowText text_of(const Fields& fields, const config::ExportMap& map) {
  RowText out;
  auto take = [&](Field field) {
    return std::string(stands_for_nothing(fields[at(field)]) ? std::string_view() : fields[at(field)].substr(0, 200));
  };
  for (std::size_t i = 0; i < map.reference.size() && i < kReferenceColumnsMax; ++i)
    out.reference += (i == 0 ? "" : map.join) + std::string(fields[i]);
  out.store = take(Field::store);
  out.terminal = take(Field::terminal);
  receipt(fields, map, out);
  out.staff = take(Field::staff);
  out.customer = take(Field::customer);
  out.email = take(Field::email);
  out.phone = take(Field::phone);
  out.loyalty = take(Field::loyalty);
  out.instrument = take(Field::instrument);
  out.author = take(Field::author);
  out.time = take(Field::time);
  return out;
}

/// What a row is read with.
struct Reading {
  const LoadedFile& file;
  const config::ExportMap& map;
  const Input& input;
  Columns columns;

  void row(const Block& block, std::uint64_t place, RowTexts& out) const {
    one_row(block, offset_of(place), input.shape(), input.delimiter(), columns, [&](const RawRow& raw) {
      // Else a name may stand where the store does.
      RowText text = raw.problem == nullptr ? text_of(*raw.fields, map) : RowText();
      text.line = file.line(place);
      out.emplace(place, std::move(text));
    });
  }
};

std::unexpected<Refusal> changed(const LoadedFile& file) {
  return std::unexpected(Refusal{file.path, 0, "has changed while it was read", "run the audit again"});
}

/// A packed file is read from its begin once more.
std::expected<void, Refusal> stream_rows(const Reading& reading, Input& input, std::span<const std::uint64_t> places,
                                         RowTexts& out) {
  Block block;
  for (auto wanted = places.begin(); wanted != places.end();) {
    auto more = input.next(block);
    if (!more) return std::unexpected(more.error());
    if (!*more) return changed(reading.file);
    for (; wanted != places.end() && offset_of(*wanted) < block.offset + block.size; ++wanted)
      reading.row(block, *wanted, out);
  }
  return {};
}

/// Of a plain file only the rows are read.
std::expected<void, Refusal> pick_rows(const Reading& reading, std::span<const std::uint64_t> places, RowTexts& out) {
  std::ifstream file(reading.file.path, std::ios::binary);
  Block block;
  for (std::uint64_t place : places) {
    block.offset = offset_of(place);
    bool whole = false;
    for (std::size_t size = 4096; !whole; size *= 8) {
      block.bytes.assign(size + 1 + Block::kPadding, '\0');
      file.clear();
      file.seekg(static_cast<std::streamoff>(block.offset));
      file.read(block.bytes.data(), static_cast<std::streamsize>(size));
      block.size = static_cast<std::size_t>(file.gcount());
      if (block.size == 0) return changed(reading.file);
      whole = block.size < size || size > (32u << 20) ||
              row_ends({block.bytes.data(), block.size}, reading.input.delimiter(), reading.input.shape());
      if (block.size < size) block.bytes[block.size++] = '\n';
    }
    reading.row(block, place, out);
  }
  return {};
}

/// One file's rows. `places` are sorted.
std::expected<RowTexts, Refusal> one_file(const LoadedFile& file, const config::ExportMap& map,
                                          std::span<const std::uint64_t> places) {
  auto input = Input::open(file.path, file.encoding);
  if (!input) return std::unexpected(input.error());
  auto columns = find_columns(**input, map);
  if (!columns) return std::unexpected(columns.error());
  Reading reading{file, map, **input, std::move(*columns)};
  RowTexts out;
  auto read = (*input)->packed() ? stream_rows(reading, **input, places, out) : pick_rows(reading, places, out);
  if (!read) return std::unexpected(read.error());
  return out;
}

}  // namespace

std::expected<RowTexts, Refusal> read_details(const Request& request, const Loaded& loaded,
                                              std::vector<std::uint64_t> places) {
  std::ranges::sort(places);
  auto unique_end = std::ranges::unique(places);
  places.erase(unique_end.begin(), unique_end.end());
  std::vector<std::expected<RowTexts, Refusal>> parts(loaded.files.size());
  std::atomic<std::size_t> next = 0;
  auto work = [&] {
    for (std::size_t i = 0; (i = next++) < loaded.files.size();) {
      auto begin = std::ranges::lower_bound(places, place_of(i, 0));
      auto end = std::ranges::lower_bound(places, place_of(i + 1, 0));
      const LoadedFile& file = loaded.files[i];
      if (begin != end) parts[i] = one_file(file, request.maps[report::at(file.side)], {begin, end});
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < request.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  RowTexts out;
  for (auto& part : parts) {
    if (!part) return std::unexpected(part.error());
    out.merge(*part);
  }
  return out;
}

std::string masked_code(const std::string& code) {
  return code.size() <= 4 ? code : "…" + code.substr(code.size() - 4);
}

std::string masked_customer(const RowText& row) {
  if (std::size_t sign = row.email.find('@'); sign != std::string::npos && sign > 0)
    return row.email.substr(0, 1) + "***" + row.email.substr(sign);
  for (const std::string* one : {&row.phone, &row.loyalty, &row.customer, &row.email})
    if (!one->empty()) return one->size() <= 4 ? "***" : "***" + one->substr(one->size() - 4);
  return {};
}

}  // namespace handoff::reconcile
