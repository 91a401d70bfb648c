#include "core/net/io_loop.hpp"

#include <pthread.h>

#include <boost/asio/post.hpp>
#include <future>

#include "core/net/io_loop_impl.hpp"

namespace handoff::net {

IoLoop::IoLoop() : impl_(std::make_unique<Impl>()) {}
IoLoop::~IoLoop() = default;

void IoLoop::run() {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->state = Impl::State::running;
  }
  impl_->context.run();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->state = Impl::State::finished;
  }
  // Whoever waits in run_and_wait() posted before the state changed: none is left behind.
  impl_->context.restart();
  impl_->context.poll();
}

void IoLoop::stop() {
  boost::asio::post(impl_->context, [this] { impl_->context.stop(); });
}

void IoLoop::post(Task task) { boost::asio::post(impl_->context, std::move(task)); }

TimerId IoLoop::after(std::chrono::milliseconds delay, Task task) {
  const TimerId id{std::chrono::steady_clock::now() + delay, ++impl_->timers_made};
  const auto [at, added] = impl_->timers.emplace(id, std::move(task));
  if (at == impl_->timers.begin() && id.at < impl_->rings_at) impl_->arm();
  return id;
}

void IoLoop::cancel(TimerId id) { impl_->timers.erase(id); }

void IoLoop::Impl::arm() {
  rings_at = timers.empty() ? kNever : timers.begin()->first.at;
  if (timers.empty()) return;
  timer.expires_at(rings_at);
  timer.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) fire();
  });
}

void IoLoop::Impl::fire() {
  const auto now = std::chrono::steady_clock::now();
  rings_at = now;  // nothing set meanwhile arms it: the end does, once
  while (!timers.empty() && timers.begin()->first.at <= now) {
    auto node = timers.extract(timers.begin());
    node.mapped()();
  }
  arm();
}

bool IoLoop::on_io_thread() const { return impl_->context.get_executor().running_in_this_thread(); }

void IoLoop::run_and_wait(Task task) {
  if (on_io_thread()) return task();
  // Shared, since the waiter may be gone before set_value() has returned.
  const auto ran = std::make_shared<std::promise<void>>();
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->state != Impl::State::running) return task();  // run() cannot begin meanwhile: it needs the mutex
    post([&task, ran] {
      task();
      ran->set_value();
    });
  }
  ran->get_future().wait();
}

IoThread::IoThread(std::string name)
    : thread_([this, name = std::move(name)] {
        pthread_setname_np(pthread_self(), name.c_str());
        loop_.run();
      }) {}

}  // namespace handoff::net
