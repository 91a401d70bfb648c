#pragma once
// A register as its cashier sees it, over the hub's register API (docs/guides/register-api.md).

#include <chrono>
#include <string>

#include "http.hpp"
#include "memory.hpp"
#include "screen.hpp"

namespace till {

struct Settings {
  std::string hub = "http://127.0.0.1:8481";
  std::string ca;     // certificate to trust, for https
  std::string token;  // of role register, for this store
  std::string store, terminal = "R1", staff, date, currency = "USD";
  std::chrono::milliseconds deadline{5000};  // a little more than the route's: the customer stands there
  bool wire = false;                         // show what goes over the line
};

class Till {
 public:
  Till(Settings settings, Memory& memory, Screen& screen)
      : settings_(std::move(settings)), memory_(memory), screen_(screen) {}

  /// Until "quit" or the end of the input.
  void run();

 private:
  bool obey(const std::string& line);
  void give(const std::string& amount);
  void again(const std::string& transaction);
  void cancel(const std::string& transaction);
  void status(const std::string& transaction);
  void upload();
  void upload_credits(const std::vector<Entry>& credits);
  void news();
  void queue();

  void deliver(const std::string& path, const Poco::JSON::Object::Ptr& body, const std::string& token);
  void told(const std::string& path, const Poco::JSON::Object::Ptr& body, const Poco::Dynamic::Var& standing);
  void refused(const std::string& path, const Poco::JSON::Object::Ptr& body, const demo::Reply& reply,
               const std::string& token);
  void await_cancelled(const Poco::JSON::Object::Ptr& body, const std::string& id);
  void correct(Poco::JSON::Object::Ptr body, const std::string& why);
  void decide(Poco::JSON::Object::Ptr body, const Poco::Dynamic::Var& standing);
  void approve(const std::string& id, const std::string& reason, Poco::JSON::Object::Ptr body);
  void show(const Poco::Dynamic::Var& standing, const std::string& what);
  Poco::JSON::Object::Ptr ask_customer(const std::string& prompt);
  demo::Reply call(const std::string& method, const std::string& path, const std::string& body = {},
                   const std::string& token = {});

  Settings settings_;
  Memory& memory_;
  Screen& screen_;
};

}  // namespace till
