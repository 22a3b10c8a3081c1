#include "store/transfer_http.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>

#include "base/trim.h"
#include "store/transfer_retry.h"

namespace axllama::store {
namespace {

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// One transfer as libcurl sees it.
struct Transfer {
  Transfer() : easy(curl_easy_init()) {}
  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* easy;
  curl_slist* headers = nullptr;
  TransferReceiver* receiver = nullptr;
  std::string body;
  std::string where;  // for messages
  uint64_t read_to = 0;
  int status = 0;
  Headers got;
  bool head_told = false;
  bool broken_off = false;
  char why[CURL_ERROR_SIZE] = {};
};

bool tell_head(Transfer& transfer) {
  if (transfer.head_told) return true;
  transfer.head_told = true;
  transfer.broken_off = !transfer.receiver->on_head(transfer.status, transfer.got);
  return !transfer.broken_off;
}

// A status line starts the header anew: what came before was an interim answer.
size_t on_header(char* data, size_t, size_t size, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  const std::string_view line(data, size);
  if (line.starts_with("HTTP/")) {
    transfer.got.clear();
    const size_t space = line.find(' ');
    const std::string_view code = space == std::string_view::npos ? "" : line.substr(space + 1, 3);
    transfer.status = 0;
    std::from_chars(code.data(), code.data() + code.size(), transfer.status);
    return size;
  }
  if (trim(line).empty()) {
    if (transfer.status >= 200 && !tell_head(transfer)) return 0;
    return size;
  }
  const size_t colon = line.find(':');
  if (colon != std::string_view::npos && transfer.got.size() < 256) {
    transfer.got.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return size;
}

size_t on_body(char* data, size_t, size_t size, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  if (!tell_head(transfer)) return 0;
  transfer.broken_off = !transfer.receiver->on_bytes({data, size});
  return transfer.broken_off ? 0 : size;
}

size_t on_read(char* into, size_t, size_t room, void* self) {
  Transfer& transfer = *static_cast<Transfer*>(self);
  const int64_t got = transfer.receiver->read(transfer.read_to, into, room);
  if (got < 0) return CURL_READFUNC_ABORT;
  transfer.read_to += static_cast<uint64_t>(got);
  return static_cast<size_t>(got);
}

int on_seek(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Transfer*>(self)->read_to = static_cast<uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

void set_body(Transfer& transfer, const TransferRequest& request) {
  CURL* easy = transfer.easy;
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (request.body_size) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(*request.body_size));
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, &on_seek);
    curl_easy_setopt(easy, CURLOPT_SEEKDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10);
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else if (request.method != "GET") {
    transfer.body = request.body;
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(transfer.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer.body.c_str());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

void add_header(Transfer& transfer, const std::string& line) {
  transfer.headers = curl_slist_append(transfer.headers, line.c_str());
}

void set_headers(Transfer& transfer, const TransferRequest& request) {
  add_header(transfer, "Accept-Encoding: identity");
  add_header(transfer, "Expect:");  // its wait is of no use with small bodies, nor with ours
  if (!find_header(request.headers, "Accept")) add_header(transfer, "Accept:");
  if (!find_header(request.headers, "Content-Type")) add_header(transfer, "Content-Type:");
  for (const auto& [name, value] : request.headers) add_header(transfer, name + ": " + value);
  curl_easy_setopt(transfer.easy, CURLOPT_HTTPHEADER, transfer.headers);
}

// The proxy is set whatever it is, so that libcurl reads no variables behind our back.
void set_host(CURL* easy, const TransferSettings& settings, const Url& url) {
  const std::string& proxy = url.scheme == "https" ? settings.proxy_https : settings.proxy_http;
  const bool direct = is_loopback_host(url.host);
  curl_easy_setopt(easy, CURLOPT_PROXY, direct ? "" : proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, settings.no_proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (!settings.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, settings.ca_file.c_str());
  }
  if (!settings.ca_folder.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAPATH, settings.ca_folder.c_str());
  }
}

void prepare(Transfer& transfer, const TransferSettings& settings, const TransferRequest& request) {
  CURL* easy = transfer.easy;
  transfer.where = request.url.origin();
  curl_easy_setopt(easy, CURLOPT_URL, request.url.text().c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  // A connection for each part is what makes sixteen parts quicker than one.
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, settings.user_agent.c_str());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(settings.connect_time.count()));
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L << 10);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.why);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  set_host(easy, settings, request.url);
  set_body(transfer, request);
  set_headers(transfer, request);
}

bool is_unreachable(CURLcode code) {
  return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT ||
         code == CURLE_COULDNT_RESOLVE_PROXY;
}

bool is_mistrust(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS;
}

TransferEnd end_of(const Transfer& transfer, CURLcode code) {
  TransferEnd end{.receiver = transfer.receiver, .broken_off = transfer.broken_off};
  if (code == CURLE_OK) return end;
  end.never_reached = is_unreachable(code);
  end.not_trusted = is_mistrust(code);
  const std::string why = transfer.why[0] != '\0' ? transfer.why : curl_easy_strerror(code);
  end.error = Error{end.not_trusted ? ErrorCode::kForbidden : ErrorCode::kUnavailable,
                    transfer.where + ": " + why,
                    end.not_trusted ? "SSL_CERT_FILE names further certificates to trust" : ""};
  return end;
}

}  // namespace

struct TransferSet::State {
  explicit State(const TransferSettings& used) : settings(used) {
    start_curl();
    multi = curl_multi_init();
  }
  ~State() {
    for (auto& [receiver, transfer] : transfers) curl_multi_remove_handle(multi, transfer->easy);
    transfers.clear();
    curl_multi_cleanup(multi);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const TransferSettings settings;
  CURLM* multi = nullptr;
  std::map<TransferReceiver*, std::unique_ptr<Transfer>> transfers;

  std::vector<TransferEnd> ended() {
    std::vector<TransferEnd> ends;
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      if (code == CURLE_OK && !transfer->head_told) tell_head(*transfer);
      ends.push_back(end_of(*transfer, code));
      curl_multi_remove_handle(multi, transfer->easy);
      transfers.erase(transfer->receiver);
    }
    return ends;
  }
};

TransferSet::TransferSet(const TransferSettings& settings)
    : state_(std::make_unique<State>(settings)) {}
TransferSet::~TransferSet() = default;

void TransferSet::add(const TransferRequest& request, TransferReceiver& receiver) {
  auto transfer = std::make_unique<Transfer>();
  transfer->receiver = &receiver;
  prepare(*transfer, state_->settings, request);
  curl_multi_add_handle(state_->multi, transfer->easy);
  state_->transfers[&receiver] = std::move(transfer);
}

void TransferSet::remove(TransferReceiver& receiver) {
  const auto found = state_->transfers.find(&receiver);
  if (found == state_->transfers.end()) return;
  curl_multi_remove_handle(state_->multi, found->second->easy);
  state_->transfers.erase(found);
}

std::vector<TransferEnd> TransferSet::wait(std::chrono::milliseconds longest) {
  int running = 0;
  curl_multi_perform(state_->multi, &running);
  std::vector<TransferEnd> ends = state_->ended();
  if (!ends.empty()) return ends;
  curl_multi_poll(state_->multi, nullptr, 0, static_cast<int>(longest.count()), nullptr);
  curl_multi_perform(state_->multi, &running);
  return state_->ended();
}

void TransferSet::wake() {
  curl_multi_wakeup(state_->multi);
}

}  // namespace axllama::store
