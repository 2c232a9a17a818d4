#include "http/connection.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

#include "base/text.hpp"
#include "http/curl_error.hpp"
#include "io/interrupt.hpp"

namespace sluice::http {

using base::Exit;

namespace {

constexpr long kBufferSize = 128 << 10;
constexpr std::size_t kThrottledPiece = 16 << 10;
constexpr int kLongestWaitMs = 1000;

struct MultiDelete {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct EasyDelete {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListDelete {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, ListDelete>;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  (void)list.release();
  list.reset(longer);
}

// libcurl adds headers of its own; "Name:" takes one away, "Name;" sends one with an empty value.
HeaderList header_list(const Headers& headers) {
  HeaderList list;
  append(list, "Expect:");
  append(list, "Accept:");
  if (!find_header(headers, "content-type")) append(list, "Content-Type:");
  for (const auto& [name, value] : headers) {
    append(list, value.empty() ? name + ";" : name + ": " + value);
  }
  return list;
}

void initialise_once() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw base::Error(Exit::software, "libcurl: cannot start");
}

}  // namespace

struct Connection::Handles {
  std::unique_ptr<CURLM, MultiDelete> multi;
  std::unique_ptr<CURL, EasyDelete> easy;
};

// One request on its way: what the callbacks of libcurl need.
struct Connection::Transfer {
  const Request& request;
  const Limits& limits;
  const Cancel* cancel;
  std::size_t sent = 0;
  Response response = {};
  std::exception_ptr error = nullptr;
  std::array<char, CURL_ERROR_SIZE> detail = {};

  // Runs what a callback does, keeping what it throws out of libcurl's frames.
  template <class Body>
  std::size_t guarded(std::size_t on_failure, Body body) {
    try {
      return body();
    } catch (...) {
      error = std::current_exception();
      return on_failure;
    }
  }

  void throttle(std::size_t bytes) const {
    if (limits.throttle) wait_until(limits.throttle->admit(bytes), cancel);
  }

  static std::size_t read(char* into, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const base::Bytes left = transfer.request.body.subspan(transfer.sent);
    const std::size_t most = transfer.limits.throttle ? kThrottledPiece : left.size();
    const std::size_t length = std::min({size * count, left.size(), most});
    return transfer.guarded(CURL_READFUNC_ABORT, [&] {
      transfer.throttle(length);
      if (length > 0) std::memcpy(into, left.data(), length);
      transfer.sent += length;
      return length;
    });
  }

  // libcurl rewinds when a kept connection turns out to be dead.
  static int seek(void* self, curl_off_t offset, int origin) {
    auto& transfer = *static_cast<Transfer*>(self);
    if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
    transfer.sent = std::min(static_cast<std::size_t>(offset), transfer.request.body.size());
    return CURL_SEEKFUNC_OK;
  }

  static std::size_t header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) {  // of the last response, after any "100 Continue"
      const std::size_t space = line.find(' ');
      const auto status = base::parse_number(line.substr(std::min(space, line.size() - 1) + 1, 3));
      transfer.response.status = static_cast<int>(status.value_or(0));
      transfer.response.headers.clear();
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      transfer.response.headers.emplace_back(base::trim(line.substr(0, colon)),
                                             base::trim(line.substr(colon + 1)));
    }
    return line.size();
  }

  void take(std::string_view piece) {
    if (request.on_body && response.ok()) return request.on_body(response, base::as_bytes(piece));
    if (response.body.size() + piece.size() > limits.body) {
      throw TransportError(TransportError::Kind::refused, Exit::protocol,
                           server_of(request.url) + ": the answer is too long");
    }
    response.body += piece;
  }

  static std::size_t write(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view piece(data, size * count);
    return transfer.guarded(CURL_WRITEFUNC_ERROR, [&] {
      transfer.throttle(piece.size());
      transfer.take(piece);
      return piece.size();
    });
  }
};

Connection::Connection(const Limits& limits) : limits_(limits) {
  initialise_once();
  handles_ = std::make_unique<Handles>();
  handles_->multi.reset(curl_multi_init());
  handles_->easy.reset(curl_easy_init());
  if (!handles_->multi || !handles_->easy) throw std::bad_alloc();
}

Connection::~Connection() = default;

// What every transfer has: where it goes, its limits, and its bytes both ways.
void Connection::prepare(Transfer& transfer) {
  CURL* easy = handles_->easy.get();
  curl_easy_reset(easy);
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_URL, transfer.request.url.c_str());
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_ERRORBUFFER, transfer.detail.data());
  set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(limits_.connect.count()));
  set(CURLOPT_LOW_SPEED_LIMIT, 1L);
  set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(limits_.stall.count()));
  if (limits_.proxy == Limits::Proxy::none) set(CURLOPT_PROXY, "");
  if (!limits_.ca_bundle.empty()) set(CURLOPT_CAINFO, limits_.ca_bundle.c_str());
  set(CURLOPT_WRITEFUNCTION, &Transfer::write);
  set(CURLOPT_WRITEDATA, &transfer);
}

// The body goes out.
void Connection::upload(Transfer& transfer) {
  CURL* easy = handles_->easy.get();
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, &Transfer::read);
  set(CURLOPT_READDATA, &transfer);
  set(CURLOPT_SEEKFUNCTION, &Transfer::seek);
  set(CURLOPT_SEEKDATA, &transfer);
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(transfer.request.body.size()));
}

Response Connection::send(const Request& request, Deadline deadline, const Cancel* cancel) {
  CURL* easy = handles_->easy.get();
  Transfer transfer{request, limits_, cancel};
  const HeaderList headers = header_list(request.headers);
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  prepare(transfer);
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_HTTPHEADER, headers.get());
  set(CURLOPT_USERAGENT, "sluice");
  set(CURLOPT_BUFFERSIZE, kBufferSize);
  set(CURLOPT_UPLOAD_BUFFERSIZE, kBufferSize);
  set(CURLOPT_HEADERFUNCTION, &Transfer::header);
  set(CURLOPT_HEADERDATA, &transfer);
  if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
  if (request.method == "PUT" || request.method == "POST") upload(transfer);
  set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
  perform(transfer, deadline);
  if (transfer.response.ok() && transfer.sent < request.body.size()) {
    throw TransportError(TransportError::Kind::broken, Exit::protocol,
                         server_of(request.url) + ": a success was answered to half a request");
  }
  return std::move(transfer.response);
}

void Connection::send(const Mail& mail, Deadline deadline) {
  CURL* easy = handles_->easy.get();
  const Request request{.method = {}, .url = mail.server, .body = base::as_bytes(mail.text)};
  Transfer transfer{request, limits_, nullptr};
  HeaderList recipients;
  for (const std::string& to : mail.to) append(recipients, to);
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  prepare(transfer);
  upload(transfer);
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_USE_SSL, static_cast<long>(mail.password.empty() ? CURLUSESSL_TRY : CURLUSESSL_ALL));
  if (!mail.user.empty()) set(CURLOPT_USERNAME, mail.user.c_str());
  if (!mail.password.empty()) set(CURLOPT_PASSWORD, mail.password.c_str());
  set(CURLOPT_MAIL_FROM, mail.from.c_str());
  set(CURLOPT_MAIL_RCPT, recipients.get());
  perform(transfer, deadline);
}

void Connection::perform(Transfer& transfer, Deadline deadline) {
  const Cancel* cancel = transfer.cancel;
  CURLM* multi = handles_->multi.get();
  CURL* easy = handles_->easy.get();
  curl_multi_add_handle(multi, easy);
  const auto remove = [&](void*) { curl_multi_remove_handle(multi, easy); };
  const std::unique_ptr<CURL, decltype(remove)> removed_at_the_end(easy, remove);
  std::array<curl_waitfd, 2> wake{};
  for (int running = 1;;) {
    curl_multi_perform(multi, &running);
    if (transfer.error) std::rethrow_exception(transfer.error);
    if (running == 0) break;
    unsigned wakers = 0;
    const auto wake_by = [&](int fd) { wake.at(wakers++) = {fd, CURL_WAIT_POLLIN, 0}; };
    if (const int fd = io::interrupt_fd(); fd >= 0) wake_by(fd);
    if (cancel != nullptr) wake_by(cancel->fd());
    curl_multi_poll(multi, wake.data(), wakers, kLongestWaitMs, nullptr);
    io::check_interrupt();
    if (cancel != nullptr && cancel->requested()) throw Cancelled{};
    if (std::chrono::steady_clock::now() >= deadline) {
      throw TransportError(TransportError::Kind::broken, Exit::temporary,
                           server_of(transfer.request.url) + ": out of time");
    }
  }
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi, &left);
  const CURLcode code = message != nullptr ? message->data.result : CURLE_FAILED_INIT;
  if (code == CURLE_OK) return;
  throw transport_error(code, transfer.request.url, transfer.detail.data());
}

}  // namespace sluice::http
