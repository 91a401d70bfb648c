#include "core/serve/side_thread.hpp"

namespace handoff::serve {

SideThread::~SideThread() {
  {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void SideThread::run(net::Task job, net::Task then) {
  std::scoped_lock lock(mutex_);
  jobs_.emplace_back(std::move(job), std::move(then));
  arrived_.notify_one();
}

void SideThread::work() {
  while (true) {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !jobs_.empty() || stopping_; });
    if (stopping_) return;
    auto [job, then] = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    loop_.post(std::move(then));
  }
}

}  // namespace handoff::serve
