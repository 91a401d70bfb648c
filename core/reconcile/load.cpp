#include "core/reconcile/load.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <thread>
#include <utility>

#include "core/reconcile/cards.hpp"
#include "core/reconcile/sample.hpp"
#include "core/reconcile/time_text.hpp"

namespace handoff::reconcile {

namespace {

/// Written amounts by currency.
using Sums = std::array<report::Sum, 256>;

/// A row with nothing but an amount, the last of its block. It is put aside until all others are known.
struct MaybeTotal {
  std::uint64_t block_end = 0, place = 0;
  std::int64_t written = 0;
  std::uint8_t currency = 0;
  std::string record;  // packed
};

/// One file while it is read. `mutex` is held for the next block only.
struct Source {
  LoadedFile file;
  std::unique_ptr<Input> input;
  Columns columns;
  std::uint64_t last_end = 0;  // of the blocks read so far
  std::uint64_t cut_at = 0;    // place of the very last row, if it has not all its fields
  std::uint64_t there = 0;     // RawRow::there of any row
  Sums sums{};
  std::int64_t amounts = 0, bare = 0;  // rows in these sums, and those of them that may be totals
  std::vector<MaybeTotal> maybe_totals;
};

/// Those of a block.
struct Amounts {
  Sums sums{};
  std::int64_t rows = 0, bare = 0;
  std::optional<MaybeTotal> last;

  void add(std::int64_t written, std::uint8_t currency) {
    if (written == 0) return;
    sums[currency] += written;
    ++rows;
  }
  void put_aside(const Record& record, std::int64_t written) {
    ++bare;
    last.emplace(0, record.place, written, record.currency, std::string(kPackedMax, '\0'));
    last->record.resize(pack(record, last->record.data()));
  }
  /// Another credit comes after it.
  bool put_back(ShelfWriter& writer) {
    const char* packed = last->record.data();
    bool stored = writer.put(unpack(packed));
    last.reset();
    return stored;
  }
};

/// What one thread puts aside.
struct Writers {
  ShelfWriter credits;
  report::BySide<std::unique_ptr<CardWriter>> cards;
};

class Load {
 public:
  Load(const Request& request, Dictionaries& dictionaries, Shelf& shelf)
      : request_(request), dictionaries_(dictionaries), shelf_(shelf) {}

  std::expected<Loaded, Refusal> run() {
    if (auto opened = open(); !opened) return std::unexpected(opened.error());
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < request_.threads; ++i) threads.emplace_back([this] { work(); });
    work();
    for (std::thread& thread : threads) thread.join();
    if (refusal_) return std::unexpected(*refusal_);
    if (!totals()) return std::unexpected(Refusal{"", 0, shelf_.error(), "give --work a folder with room"});
    if (auto settled = cards(); !settled) return std::unexpected(settled.error());
    return finish();
  }

 private:
  /// One file cannot be what two systems say.
  std::expected<void, Refusal> given_once() const {
    std::map<std::filesystem::path, std::size_t> seen;
    for (std::size_t side = 0; side < report::kSides; ++side)
      for (const std::string& path : request_.files[side]) {
        std::error_code unnamed;  // a file that came through a pipe
        std::filesystem::path whole = std::filesystem::weakly_canonical(path, unnamed);
        auto [at, added] = seen.emplace(unnamed ? std::filesystem::path(path) : whole, side);
        if (!added && at->second == side)
          return std::unexpected(Refusal{path, 0, "is given twice", "name each file once"});
        if (!added)
          return std::unexpected(Refusal{path, 0,
                                         "is given for " + std::string(report::kSideNames[at->second]) + " and for " +
                                             std::string(report::kSideNames[side]),
                                         "each side has files of its own"});
      }
    return {};
  }

  std::expected<void, Refusal> open() {
    if (auto once = given_once(); !once) return once;
    for (std::size_t side = 0; side < report::kSides; ++side)
      for (const std::string& path : request_.files[side]) {
        auto input = Input::open(path, request_.maps[side].encoding);
        if (!input) return std::unexpected(input.error());
        auto columns = find_columns(**input, request_.maps[side]);
        if (!columns) return std::unexpected(columns.error());
        Source& source = sources_.emplace_back();
        source.file.side = static_cast<Side>(side);
        source.file.path = path;
        source.file.encoding = request_.maps[side].encoding;
        source.file.title_lines = input.value()->title_lines();
        std::error_code ignored;
        source.file.bytes = std::filesystem::file_size(path, ignored);
        all_bytes_ += source.file.bytes;
        if (source.file.bytes > kOffsetMax || sources_.size() >= kFilesMax)
          return std::unexpected(
              Refusal{path, 0, "is too large, or there are too many files", "split the audit by time"});
        source.input = std::move(*input);
        source.columns = std::move(*columns);
      }
    return {};
  }

  /// The next rows of whichever file; false when all are read or something was refused.
  bool next(Block& block, std::size_t& number) {
    std::lock_guard lock(mutex_);
    while (!refusal_ && current_ < sources_.size()) {
      Source& source = sources_[current_];
      auto more = source.input->next(block);
      if (!more) {
        refusal_ = more.error();
        return false;
      }
      if (*more) {
        number = current_;
        return true;
      }
      source.file.open_end = source.input->open_end();
      done_bytes_ += source.input->taken();
      ++current_;
    }
    return false;
  }

  void refuse(Refusal refusal) {
    std::lock_guard lock(mutex_);
    if (!refusal_) refusal_ = std::move(refusal);
  }

  void work() {
    std::array<std::unique_ptr<RowReader>, report::kSides> readers;
    Writers writers{ShelfWriter(shelf_), {}};
    Block block;
    std::size_t number = 0;
    while (next(block, number)) {
      std::size_t side = report::at(sources_[number].file.side);
      if (!readers[side])
        readers[side] = std::make_unique<RowReader>(
            static_cast<Side>(side), request_.maps[side],
            comparable_identifier(request_.maps[report::at(Side::pos)], request_.maps[side]), dictionaries_);
      if (!one_block(block, number, *readers[side], writers))
        return refuse({"", 0, shelf_.error(), "give --work a folder with room"});
    }
    bool whole = writers.credits.finish();
    for (auto& cards : writers.cards) whole = (!cards || cards->finish()) && whole;
    if (!whole) refuse({"", 0, shelf_.error(), "give --work a folder with room"});
  }

  /// Of a file's last rows that is one which is alone in naming nothing, and says what three or more others come to.
  static bool is_total(const Source& source, const MaybeTotal& row) {
    constexpr std::int64_t kOthers = 3;
    return row.block_end == source.last_end && source.bare == 1 && source.amounts > kOthers && row.written != 0 &&
           source.sums[row.currency] - row.written == row.written;
  }

  /// False if the shelf cannot take what is none.
  bool totals() {
    ShelfWriter writer(shelf_);
    bool stored = true;
    for (Source& source : sources_)
      for (const MaybeTotal& row : source.maybe_totals) {
        if (is_total(source, row)) {
          loaded_.passed.push_back({row.place, "its amount is that of all others together: a line of totals"});
          --source.file.rows, --loaded_.rows;
          continue;
        }
        const char* packed = row.record.data();
        stored = writer.put(unpack(packed)) && stored;
      }
    return writer.finish() && stored;
  }

  /// Movements that name only their card: the files of that side are read once more, for whose card it is.
  std::expected<void, Refusal> cards() {
    for (std::size_t side = 1; side < report::kSides; ++side) {
      if (!by_card_[side]) continue;
      CardWriter owners(*by_card_[side]);
      for (const Source& source : sources_)
        if (report::at(source.file.side) == side)
          if (auto read = owners_in(source, owners); !read) return read;
      auto sums = owners.finish() ? settle_cards(*by_card_[side], shelf_) : std::unexpected(by_card_[side]->error());
      if (!sums) return std::unexpected(Refusal{"", 0, sums.error(), "give --work a folder with room"});
      loaded_.of_no_credit[side] = sums->unknown + sums->several;
      loaded_.tells_moves[side] = sums->found > sums->unknown + sums->several;
      by_card_[side].reset();
    }
    return {};
  }

  std::expected<void, Refusal> owners_in(const Source& source, CardWriter& owners) {
    const config::ExportMap& map = request_.maps[report::at(source.file.side)];
    auto input = Input::open(source.file.path, map.encoding);
    if (!input) return std::unexpected(input.error());
    RowReader reader(source.file.side, map, Field::count, dictionaries_);
    Block block;
    std::string problem;
    bool stored = true;
    std::string_view card;
    std::function<void(const Record&)> take = [&](const Record& record) {
      if (!record.key.empty() && !card.empty() && record.what == What::issue)
        stored = owners.owner(record, card, record.key) && stored;
    };
    for (;;) {
      auto more = (*input)->next(block);
      if (!more) return std::unexpected(more.error());
      if (!*more) return {};
      for_rows(block, (*input)->shape(), (*input)->delimiter(), source.columns, [&](const RawRow& row) {
        if (row.problem != nullptr) return;
        card = (*row.fields)[at(Field::instrument)];
        reader.read(0, row, take, problem);
      });
      if (!stored) return std::unexpected(Refusal{"", 0, "no room to work", "give --work a folder with room"});
    }
  }

  Shelf& card_shelf(std::size_t side) {
    std::lock_guard lock(mutex_);
    if (!by_card_[side]) by_card_[side] = std::make_unique<Shelf>(request_.memory_bytes / 8, request_.work_folder);
    return *by_card_[side];
  }

  bool one_block(const Block& block, std::size_t number, RowReader& reader, Writers& writers) {
    ShelfWriter& writer = writers.credits;
    std::unique_ptr<CardWriter>& card_writer = writers.cards[report::at(sources_[number].file.side)];
    std::string_view card;
    const Source& source = sources_[number];
    std::int64_t rows = 0;
    std::vector<BadRow> bad;
    std::int64_t bad_count = 0;
    std::uint32_t newest = 0;
    std::uint64_t there = 0;
    std::string problem;
    bool stored = true, cut = false, named = false, timeless = false, spends = false;
    std::int64_t nameless = 0;
    std::vector<PassedRow> passed;
    std::bitset<1 << 16> days;
    Amounts amounts;
    bool registers = source.file.side == Side::pos;
    std::uint8_t currency = 0;  // of the row
    auto emit = [&](const Record& record) {
      named = named || !record.key.empty();
      newest = std::max(newest, record.time_s);
      spends = spends || record.what == What::redeem;
      timeless = timeless || (record.time_s == 0 && record.what != What::unreadable);
      currency = record.currency;
      if (amounts.last && record.what != What::unreadable) stored = amounts.put_back(writer) && stored;
      if (registers) days.set(record.time_s / kDay);
      if (moves_a_card(record, card)) {
        if (!card_writer) card_writer = std::make_unique<CardWriter>(card_shelf(report::at(record.side)));
        stored = card_writer->movement(record, card) && stored;
        return;
      }
      if (reader.may_be_total() && record.what == What::issue) return amounts.put_aside(record, reader.written());
      stored = writer.put(record) && stored;
    };
    std::function<void(const Record&)> emit_record = emit;
    std::uint64_t lines =
        for_rows(block, source.input->shape(), source.input->delimiter(), source.columns, [&](const RawRow& row) {
          ++rows;
          there |= row.there;
          card = (*row.fields)[at(Field::instrument)];
          named = false;
          currency = 0;
          reader.read(number, row, emit_record, problem);
          amounts.add(reader.written(), currency);
          if (reader.passed() != nullptr) {
            --rows;
            passed.push_back({place_of(number, row.offset, row.lines), reader.passed()});
          }
          if (problem.empty()) return;
          ++bad_count;
          nameless += named ? 0 : 1;
          cut = row.last && row.problem != nullptr;
          if (bad.size() < kBadShown) bad.push_back({place_of(number, row.offset, row.lines), problem, !named});
        });
    report_block({number, rows, bad_count, nameless, reader.by_map(), timeless, spends, newest, block.offset,
                  block.offset + block.size, lines, there, cut},
                 std::move(bad), passed, days, amounts);
    return stored;
  }

  struct Done {  // a block
    std::size_t number;
    std::int64_t rows, bad, nameless;
    bool by_map, timeless, spends;
    std::uint32_t newest;
    std::uint64_t begin, end;  // in the file
    std::uint64_t lines, there;
    bool cut;  // its last row has not all fields
  };

  void report_block(const Done& done, std::vector<BadRow> bad, const std::vector<PassedRow>& passed,
                    const std::bitset<1 << 16>& days, Amounts& amounts) {
    std::lock_guard lock(mutex_);
    loaded_.register_days |= days;
    loaded_.passed.insert(loaded_.passed.end(), passed.begin(), passed.end());
    Source& source = sources_[done.number];
    source.file.rows += done.rows;
    source.file.unreadable += done.bad;
    loaded_.nameless[report::at(source.file.side)] += done.nameless;
    loaded_.by_map[report::at(source.file.side)] |= done.by_map;
    loaded_.timeless[report::at(source.file.side)] |= done.timeless;
    loaded_.spends[report::at(source.file.side)] |= done.spends;
    source.there |= done.there;
    source.file.blocks.emplace_back(done.begin, done.lines);
    for (std::size_t i = 0; i < source.sums.size(); ++i) source.sums[i] += amounts.sums[i];
    source.amounts += amounts.rows;
    source.bare += amounts.bare;
    if (amounts.last) {
      amounts.last->block_end = done.end;
      source.maybe_totals.push_back(std::move(*amounts.last));
    }
    loaded_.rows += static_cast<std::uint64_t>(done.rows);
    if (done.end > source.last_end) {
      source.last_end = done.end;
      source.cut_at = done.cut ? bad.back().place : 0;
    }
    std::ranges::move(bad, std::back_inserter(loaded_.bad));
    std::uint32_t& side_newest = loaded_.newest[report::at(source.file.side)];
    side_newest = std::max(side_newest, done.newest);
    if (request_.progress) {
      std::uint64_t under_way = current_ < sources_.size() ? sources_[current_].input->taken() : 0;
      request_.progress({done_bytes_ + under_way, all_bytes_, loaded_.rows, false});
    }
  }

  /// From the lines in each block to the line that each begins with.
  static void count_lines(LoadedFile& file, std::uint64_t line) {
    std::ranges::sort(file.blocks);
    for (auto& [offset, lines] : file.blocks) line += std::exchange(lines, line);
  }

  /// JSON lines have no header that names what they lack: with a wrong name every customer would be missing, or every time.
  std::expected<void, Refusal> columns_there(std::size_t side) {
    std::uint64_t there = 0;
    const Source* first = nullptr;
    for (const Source& source : sources_)
      if (report::at(source.file.side) == side) there |= source.there, first = first == nullptr ? &source : first;
    if ((there & RawRow::kAny) == 0) return {};
    static constexpr Field kNeeded[] = {Field::amount,   Field::balance, Field::currency, Field::time,   Field::type,
                                        Field::customer, Field::email,   Field::phone,    Field::loyalty};
    std::array<std::string, kFields> names = names_of(request_.maps[side]);
    for (std::size_t i = 0; i < kFields; ++i) {
      if (names[i].empty() || (there >> i & 1) != 0) continue;
      std::string what = "has no row with \"" + names[i] + "\"";
      if (i > at(Field::reference_end) && std::ranges::find(kNeeded, static_cast<Field>(i)) == std::end(kNeeded)) {
        loaded_.warnings.push_back(first->file.path + ": " + what + ", which the map names");
        continue;
      }
      auto sample = read_sample(first->file.path);
      return std::unexpected(
          Refusal{first->file.path, 0, what,
                  (sample ? "its rows have " + names_of_columns(sample->names) + "; " : std::string()) +
                      (sample && sample->rows == 1
                           ? "if that one row holds the others, write one a line: jq -c '.data[]'; else "
                           : "") +
                      "correct the map, or take that column out of it"});
    }
    return {};
  }

  std::expected<Loaded, Refusal> finish() {
    for (std::size_t side = 0; side < report::kSides; ++side)
      if (auto whole = columns_there(side); !whole) return std::unexpected(whole.error());
    std::ranges::sort(loaded_.bad, {}, &BadRow::place);
    std::ranges::sort(loaded_.passed, {}, &PassedRow::place);
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      LoadedFile& file = sources_[i].file;
      auto first = std::ranges::find_if(loaded_.bad, [&](const BadRow& row) { return file_of(row.place) == i; });
      count_lines(file, sources_[i].input->first_line());
      // A whole row has all its fields: a last one that has not was cut.
      bool markup =
          first != loaded_.bad.end() && sources_[i].cut_at == first->place && first->why.starts_with("is HTML");
      if (markup)
        return std::unexpected(Refusal{file.path, file.line(first->place), first->why, "fetch the file again"});
      if (sources_[i].cut_at != 0 && file.open_end)
        return std::unexpected(Refusal{file.path, file.line(sources_[i].cut_at), "the file ends inside this row",
                                       "the download was cut: fetch it again"});
      if (file.unreadable * 1000 > file.rows * kBadPerMille)
        return std::unexpected(Refusal{file.path, file.line(first->place),
                                       first->why + " (and " + std::to_string(file.unreadable) + " of " +
                                           std::to_string(file.rows) + " rows cannot be read)",
                                       "correct the map: so many cannot be left out"});
      loaded_.files.push_back(file);
    }
    return std::move(loaded_);
  }

  const Request& request_;
  Dictionaries& dictionaries_;
  Shelf& shelf_;
  std::vector<Source> sources_;
  report::BySide<std::unique_ptr<Shelf>> by_card_;
  std::mutex mutex_;
  std::size_t current_ = 0;
  std::uint64_t all_bytes_ = 0, done_bytes_ = 0;
  std::optional<Refusal> refusal_;
  Loaded loaded_;
};

}  // namespace

std::uint64_t LoadedFile::line(std::uint64_t place) const {
  if (lines_of(place) == kLinesMax) return line_at(path, offset_of(place), encoding);
  auto after = std::ranges::upper_bound(blocks, offset_of(place), {}, &std::pair<std::uint64_t, std::uint64_t>::first);
  return after == blocks.begin() ? 0 : std::prev(after)->second + lines_of(place);
}

std::expected<Loaded, Refusal> load(const Request& request, Dictionaries& dictionaries, Shelf& shelf) {
  return Load(request, dictionaries, shelf).run();
}

}  // namespace handoff::reconcile
