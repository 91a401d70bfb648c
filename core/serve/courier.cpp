#include "core/serve/courier.hpp"

#include <algorithm>
#include <chrono>

namespace handoff::serve {

namespace {

constexpr auto kLook = std::chrono::seconds(1);
constexpr std::int64_t kLookAnyway = 15'000;  // credits grow old without a row
constexpr std::int64_t kRestFactor = 10;      // a look takes at most a tenth of a core
constexpr std::int64_t kHour = 3'600'000;
constexpr std::int64_t kFirstPause = 30'000, kLongestPause = 900'000;
constexpr std::int64_t kKeptWithin = 60'000;
constexpr int kDoublings = 8;

}  // namespace

Courier::Courier(Parts parts) : parts_(std::move(parts)) {}

std::expected<std::unique_ptr<Courier>, std::string> Courier::open(Parts parts) {
  std::unique_ptr<Courier> out(new Courier(std::move(parts)));
  std::string error;
  out->store_ = journal::ReadOnlyStore::open(out->parts_.store_path, error);
  if (!out->store_) return std::unexpected(error);
  out->told_ = out->store_->read().alerts();
  out->channels_ = out->store_->read().alert_channels();
  if (std::string problem = out->store_->problem(); !problem.empty())
    return std::unexpected(out->parts_.store_path + ": " + problem);
  return out;
}

Courier::~Courier() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_all();
  if (thread_.joinable()) thread_.join();
  for (const Test& test : tests_) test.answer(std::unexpected("handoffd is stopping"));
}

void Courier::start() {
  thread_ = std::thread([this] { run(); });
}

/// False: it is time to go.
bool Courier::wait() {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, kLook, [this] { return stopping_ || !tests_.empty(); });
  return !stopping_;
}

void Courier::run() {
  std::int64_t last_row = -1, rest_until = 0, look_at = 0;
  while (wait()) {
    take_tests();
    post_again();
    std::int64_t row = store_->read().last_row(), now = parts_.clock->boot_ms();
    if (unread()) continue;
    if (now < rest_until || (row == last_row && now < look_at)) continue;
    last_row = row;
    pass();
    look_at = now + kLookAnyway;
    rest_until = parts_.clock->boot_ms() + looked_ms_ * kRestFactor;
  }
}

void Courier::pass() {
  std::int64_t now = parts_.clock->wall_ms(), begun = parts_.clock->boot_ms();
  std::vector<AlertGroup> groups = alert_groups(store_->read(), parts_.rules, now);
  looked_ms_ = parts_.clock->boot_ms() - begun;
  if (unread()) return;
  while (send_next(store_->read(), groups, now)) {
  }
  if (unread()) return;
  say_settled(groups, now);
}

/// Whether a read has failed since it was last asked: then nothing is known, least of all that what was told is over. The
/// next look is over a new connection.
bool Courier::unread() {
  std::string problem = store_->start_over();
  if (problem != unread_ && !problem.empty())
    parts_.log("alerts: the store cannot be read, nobody is told of anything until it can: " + problem);
  unread_ = std::move(problem);
  return !unread_.empty();
}

/// One message; what it changes is seen by the next. False: nothing more can go out now.
bool Courier::send_next(journal::Reader& read, const std::vector<AlertGroup>& groups, std::int64_t now_ms) {
  {
    std::scoped_lock lock(mutex_);
    if (stopping_) return false;
  }
  std::vector<Telling> all = tellings(parts_.rules, groups, told_, channels_, now_ms);
  auto due = std::ranges::find_if(all, [&](const Telling& one) {
    const std::string& channel = one.target->channel;
    return one.hold == Hold::none && parts_.channels.contains(channel) && !paused(channel);
  });
  if (due == all.end()) return false;
  journal::AlertTold told;
  told.contact = due->contact->name;
  told.channel = due->target->channel;
  told.cause = due->group->cause;
  told.count = due->group->count;
  AlertMessage message = alert_message(read, parts_.vault, parts_.rules, *due, now_ms);
  if (read.failed()) return false;
  send(told.channel, message, due->target->to, {told});
  return true;
}

void Courier::say_settled(const std::vector<AlertGroup>& groups, std::int64_t now_ms) {
  for (const journal::AlertRow& row : settled(groups, told_)) {
    journal::AlertTold over;
    over.contact = row.contact;
    over.channel = row.channel;
    over.cause = row.cause;
    auto contact = std::ranges::find(parts_.rules.contacts, row.contact, &AlertContact::name);
    bool quiet = contact == parts_.rules.contacts.end() || (contact->quiet && contact->quiet->holds(now_ms));
    const AlertTarget* target = nullptr;
    bool may_go = !paused(row.channel) && !at_limit(parts_.rules, channels_, row.channel, now_ms);
    if (!quiet && parts_.rules.settled && may_go)
      for (const AlertTarget& one : contact->tell)
        if (one.channel == row.channel) target = &one;
    if (target) send(row.channel, settled_message(parts_.rules, row, now_ms), target->to, {});
    engine::AlertNote note;  // whether or not the word went out: nobody asks for it twice
    note.events.emplace_back(over);
    remember(over, now_ms);
    post(std::move(note));
  }
}

std::expected<void, std::string> Courier::send(const std::string& channel, const AlertMessage& message,
                                               const std::vector<std::string>& to,
                                               std::vector<journal::AlertTold> told) {
  auto found = parts_.channels.find(channel);
  if (found == parts_.channels.end()) return std::unexpected("no channel \"" + channel + "\" is configured");
  std::expected<void, std::string> sent = found->second->send(message, to);
  engine::AlertNote note;
  seen(channel, sent ? std::string() : sent.error(), note);
  if (sent)
    for (const journal::AlertTold& one : told) {
      remember(one, parts_.clock->wall_ms());
      note.events.emplace_back(one);
    }
  if (!note.events.empty()) post(std::move(note));
  return sent;
}

/// As the fold will have it (journal/fold.cpp).
void Courier::remember(const journal::AlertTold& told, std::int64_t now_ms) {
  auto same = [&](const journal::AlertRow& row) {
    return row.contact == told.contact && row.channel == told.channel && row.cause == told.cause;
  };
  auto found = std::ranges::find_if(told_, same);
  if (found == told_.end()) {
    told_.emplace_back();
    found = std::prev(told_.end());
    found->contact = told.contact;
    found->channel = told.channel;
    found->cause = told.cause;
  }
  found->times = told.count == 0 ? 0 : found->count == 0 ? 1 : found->times + 1;
  found->count = told.count;
  if (told.count != 0) found->told_at = now_ms;
}

/// A failure is journalled when it begins and when its reason changes, and tried again ever more rarely.
void Courier::seen(const std::string& channel, const std::string& error, engine::AlertNote& note) {
  std::int64_t now = parts_.clock->wall_ms();
  auto found = std::ranges::find(channels_, channel, &journal::AlertChannelRow::channel);
  if (found == channels_.end()) {
    channels_.emplace_back();
    found = std::prev(channels_.end());
    found->channel = channel;
  }
  bool news = error.empty() || found->failing_since == 0 || found->error != error;
  if (error.empty()) {
    bool same_hour = now - found->hour_at < kHour;
    found->hour_count = same_hour ? found->hour_count + 1 : 1;
    if (!same_hour) found->hour_at = now;
    found->told_at = now;
    found->failing_since = 0;
    pauses_.erase(channel);
  } else {
    if (found->failing_since == 0) found->failing_since = now;
    Pause& pause = pauses_[channel];
    pause.until = parts_.clock->boot_ms() + std::min(kLongestPause, kFirstPause << std::min(pause.tries, kDoublings));
    ++pause.tries;
  }
  found->error = error;
  if (!news) return;
  if (!error.empty()) parts_.log("alerts: channel " + channel + " takes no messages: " + error);
  journal::AlertChannelSeen event;
  event.channel = channel;
  event.error = error;
  note.events.emplace_back(std::move(event));
}

bool Courier::paused(const std::string& channel) const {
  auto found = pauses_.find(channel);
  return found != pauses_.end() && parts_.clock->boot_ms() < found->second.until;
}

void Courier::post(engine::AlertNote note) {
  Note kept;
  kept.kept = std::make_shared<std::atomic<bool>>(false);
  note.kept = [flag = kept.kept] { *flag = true; };
  kept.posted_at = parts_.clock->boot_ms();
  kept.note = note;
  parts_.post(std::move(note));
  notes_.push_back(std::move(kept));
}

/// A full disk, or a full queue: the engine forgot the whole batch.
void Courier::post_again() {
  std::int64_t now = parts_.clock->boot_ms();
  std::erase_if(notes_, [](const Note& note) { return note.kept->load(); });
  for (Note& note : notes_) {
    if (now - note.posted_at < kKeptWithin) continue;
    note.posted_at = now;
    parts_.post(note.note);
  }
}

void Courier::test(const std::string& channel, const std::vector<std::string>& to, Answer answer) {
  std::scoped_lock lock(mutex_);
  if (stopping_) return answer(std::unexpected("handoffd is stopping"));
  tests_.push_back({channel, to, std::move(answer)});
  arrived_.notify_one();
}

void Courier::take_tests() {
  std::vector<Test> tests;
  {
    std::scoped_lock lock(mutex_);
    tests.swap(tests_);
  }
  for (const Test& test : tests) {
    std::vector<std::string> to = test.to;
    if (to.empty())
      for (const AlertContact& contact : parts_.rules.contacts)
        for (const AlertTarget& target : contact.tell)
          if (target.channel == test.channel && to.empty()) to = target.to;
    test.answer(send(test.channel, test_message(parts_.rules, test.channel, parts_.clock->wall_ms()), to, {}));
  }
}

}  // namespace handoff::serve
