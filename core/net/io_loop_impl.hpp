#pragma once
// Inside of IoLoop, for the sources of this folder only: everything that includes this includes Asio.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <mutex>

#include "core/net/io_loop.hpp"

namespace handoff::net {

struct IoLoop::Impl {
  enum class State { idle, running, finished };

  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{context.get_executor()};

  // All deadlines of after() share one timer of the reactor.
  boost::asio::steady_timer timer{context};
  std::map<TimerId, Task> timers;
  std::uint64_t timers_made = 0;
  // It may ring too early, for a deadline that was called off; that is cheaper than setting it again each time.
  static constexpr auto kNever = decltype(TimerId::at)::max();
  decltype(TimerId::at) rings_at = kNever;

  std::recursive_mutex mutex;  // guards state; recursive for a task of run_and_wait() that calls it again
  State state = State::idle;

  void arm();
  void fire();
};

}  // namespace handoff::net
