#include "tests/integration/load.hpp"

#include <boost/json.hpp>
#include <chrono>

#include "tests/integration/money_text.hpp"

namespace handoff::crash {

namespace json = boost::json;

namespace {

int pick(std::mt19937_64& dice, int below) { return static_cast<int>(dice() % static_cast<std::uint64_t>(below)); }

std::string request_text(const Acknowledged& credit) {
  json::object body{{"transaction", credit.transaction},
                    {"business_date", "2026-11-23"},
                    {"store", "S14"},
                    {"terminal", "R2"},
                    {"amount", money_text(credit.minor)},
                    {"currency", "USD"},
                    {"balance_type", credit.telex ? "goodwill" : "general"},
                    {"customer", json::object{{"email", credit.email}}}};
  return json::serialize(body);
}

}  // namespace

void Load::point_at(const std::string& registers, const support::Headers& authorization) {
  std::scoped_lock lock(mutex_);
  target_.url = registers;
  target_.authorization = authorization;
  ++target_.generation;
}

void Load::start() {
  for (int connection = 0; connection < options_.connections; ++connection)
    threads_.emplace_back([this, connection] { run(connection); });
}

void Load::finish() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Acknowledged Load::make(int connection, int number, std::mt19937_64& dice) const {
  Acknowledged out;
  out.transaction = "T" + std::to_string(connection) + "-" + std::to_string(number);
  out.minor = 100 + pick(dice, 20'000);
  out.known_customer = pick(dice, 50) != 0;
  out.telex = pick(dice, 3) == 0;
  out.email =
      (out.known_customer ? "load" : "stranger") + std::to_string(1 + pick(dice, options_.customers)) + "@example.com";
  return out;
}

void Load::run(int connection) {
  std::mt19937_64 dice(options_.seed * 1000 + static_cast<std::uint64_t>(connection));
  Target target;
  support::HttpClient client("http://127.0.0.1:1");
  for (int number = 1; !stopping_; ++number) {
    Acknowledged credit = make(connection, number, dice);
    credit.ref = repeat_until_acknowledged(credit, client, target);
    {
      std::scoped_lock lock(mutex_);
      acknowledged_.push_back(credit);
    }
    if (pick(dice, 25) == 0) {  // registers repeat themselves long after, too
      std::string again = repeat_until_acknowledged(credit, client, target);
      if (again != credit.ref) complain(credit.transaction + " was " + credit.ref + " and is now " + again);
      count("repeated");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(pick(dice, options_.pause_ms + 1)));
  }
}

std::string Load::repeat_until_acknowledged(const Acknowledged& credit, support::HttpClient& client, Target& target) {
  const std::string body = request_text(credit);
  while (true) {
    {
      std::scoped_lock lock(mutex_);
      if (target.generation != target_.generation) {
        target = target_;
        client = support::HttpClient(target.url, std::chrono::seconds(10));
      }
    }
    support::Answer answer = client.post("/v1/register/credits", body, target.authorization);
    count("answer " + (answer.status == 0 ? "none" : std::to_string(answer.status)));
    if (answer.status == 200 || answer.status == 201) {
      json::object said = json::parse(answer.body).as_object();
      count("status " + std::string(said.at("status").as_string()));
      return std::string(said.at("id").as_string());
    }
    if (answer.status != 0 && answer.status != 503)
      complain(credit.transaction + " got " + std::to_string(answer.status) + ": " + answer.body);
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
}

void Load::count(const std::string& what) {
  std::scoped_lock lock(mutex_);
  ++counts_[what];
}

void Load::complain(const std::string& what) {
  std::scoped_lock lock(mutex_);
  if (complaints_.size() < 100) complaints_.push_back(what);
}

std::vector<Acknowledged> Load::acknowledged() const {
  std::scoped_lock lock(mutex_);
  return acknowledged_;
}

std::vector<std::string> Load::complaints() const {
  std::scoped_lock lock(mutex_);
  return complaints_;
}

std::map<std::string, std::int64_t> Load::counts() const {
  std::scoped_lock lock(mutex_);
  return counts_;
}

}  // namespace handoff::crash
