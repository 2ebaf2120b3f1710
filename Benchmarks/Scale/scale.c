// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// An S3 server that holds N objects without storing any: keys are computed (keys.h), contents are zeros, what is written
// is digested and forgotten. It answers as late, as slowly and as seldom as it is told to, so that a client's behaviour
// at scale shows on a small machine.
//
//   scale [--port P] [--keys N] [--shape counter|digest|tree|crowded] [--size BYTES] [--page-ms MS] [--delay-ms MS]
//         [--rate REQUESTS] [--differ N]
//
// Every bucket holds the same objects, with these exceptions: one whose name begins with `empty` has none, and in one that
// begins with `other` every N-th object (--differ) has another ETag. --page-ms is the time of a listing page, --delay-ms
// that of any other answer; both pass side by side for all requests. Above --rate requests in a second the answer is 503.
// `GET /-/counts` tells how many requests of each kind there were. Signatures are not looked at.

#define _GNU_SOURCE
#include "keys.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 64 << 10, CONNECTIONS_MAX = 4096 };

static struct {
    enum shape shape;
    int64_t keys, size, differ;
    double page, delay;
    long rate;
} options = {.keys = 1000, .size = 4096};

static struct {
    long lists, gets, heads, puts, copies, deletes, others, refused;
} counts;

struct text {
    char *bytes;
    size_t count, room;
};

struct connection {
    int socket;
    // The request's head, while it arrives; the answer, while it leaves.
    struct text in, out;
    size_t sent;
    // What is left of the request's body, and its digest.
    int64_t body, body_size;
    int is_reading_body, is_waiting, is_closing;
    EVP_MD_CTX *md5;
    double due;
    struct connection *next;
};

// Answers that wait, each queue in the order of its end.
struct queue {
    struct connection *first, *last;
};
static struct queue pages, others;
static int poller;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void die(const char *what) {
    perror(what);
    exit(1);
}

static void reserve(struct text *text, size_t more) {
    if (text->count + more <= text->room) return;
    while (text->room < text->count + more) text->room = text->room ? text->room * 2 : 4096;
    text->bytes = realloc(text->bytes, text->room);
    if (!text->bytes) die("realloc");
}

static void append(struct text *text, const char *bytes, size_t count) {
    reserve(text, count);
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
}

static void say(struct text *text, const char *words) { append(text, words, strlen(words)); }

static void say_number(struct text *text, long long number) {
    char digits[32];
    append(text, digits, (size_t)snprintf(digits, sizeof digits, "%lld", number));
}

static void say_escaped(struct text *text, const char *bytes, size_t count, int is_url) {
    for (size_t index = 0; index < count; index++) {
        unsigned char byte = (unsigned char)bytes[index];
        if (is_url && !(byte >= '0' && byte <= '9') && !(byte >= 'a' && byte <= 'z') && !(byte >= 'A' && byte <= 'Z') &&
            !strchr("-_./*", byte)) {
            char code[4];
            snprintf(code, sizeof code, "%%%02X", byte);
            append(text, code, 3);
        } else {
            append(text, (char *)&byte, 1);
        }
    }
}

static void say_tag(struct text *text, int64_t number, int is_other) {
    char tag[40];
    uint64_t salt = is_other && options.differ > 0 && number % options.differ == 0 ? 1 : 0;
    snprintf(tag, sizeof tag, "%016llx%016llx", (unsigned long long)key_mix((uint64_t)number * 2 + salt),
        (unsigned long long)key_mix((uint64_t)number * 2 + 7));
    append(text, tag, 32);
}

// Puts a head before the body that `answer` holds behind `start`.
static void finish(struct connection *connection, struct text *body, const char *status, const char *more, int is_head) {
    char head[512];
    int count = snprintf(
        head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nServer: scale\r\nx-amz-request-id: 1\r\n%s\r\n", status,
        body->count, more);
    append(&connection->out, head, (size_t)count);
    if (!is_head) append(&connection->out, body->bytes, body->count);
}

static int hex(char digit) {
    return digit >= '0' && digit <= '9' ? digit - '0' : (digit | 32) >= 'a' && (digit | 32) <= 'f' ? (digit | 32) - 'a' + 10 : -1;
}

// Decodes `%XX` in place and ends the text with a zero.
static size_t decode(char *text) {
    size_t to = 0;
    for (size_t from = 0; text[from]; from++) {
        if (text[from] == '%' && hex(text[from + 1]) >= 0 && hex(text[from + 2]) >= 0) {
            text[to++] = (char)(hex(text[from + 1]) * 16 + hex(text[from + 2]));
            from += 2;
        } else {
            text[to++] = text[from];
        }
    }
    text[to] = 0;
    return to;
}

// The value of a query's parameter, decoded in `value`; -1 when it is not there.
static long parameter(const char *query, const char *name, char *value, size_t room) {
    size_t length = strlen(name);
    for (const char *at = query; at && *at; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL) {
        if (strncmp(at, name, length) || (at[length] != '=' && at[length] != '&' && at[length])) continue;
        const char *from = at[length] == '=' ? at + length + 1 : at + length;
        size_t count = strcspn(from, "&");
        if (count >= room) count = room - 1;
        memcpy(value, from, count);
        value[count] = 0;
        return (long)decode(value);
    }
    return -1;
}

static void list(struct connection *connection, const char *bucket, const char *query) {
    static char prefix[4096], after[4096], token[4096], word[64];
    counts.lists++;
    int is_empty = !strncmp(bucket, "empty", 5), is_other = !strncmp(bucket, "other", 5);
    int64_t keys = is_empty ? 0 : options.keys;
    long prefix_count = parameter(query, "prefix", prefix, sizeof prefix);
    int is_url = parameter(query, "encoding-type", word, sizeof word) > 0;
    int64_t page = parameter(query, "max-keys", word, sizeof word) > 0 ? atol(word) : 1000;
    if (page > 1000) page = 1000;
    int has_delimiter = parameter(query, "delimiter", word, sizeof word) > 0;
    int is_second = parameter(query, "list-type", word, sizeof word) > 0;
    int64_t first = 0, end = keys;
    if (prefix_count > 0) {
        first = keys_before(options.shape, keys, prefix, (size_t)prefix_count, 0);
        prefix[prefix_count] = (char)0xff;
        end = keys_before(options.shape, keys, prefix, (size_t)prefix_count + 1, 0);
    } else {
        prefix_count = 0;
    }
    long after_count = parameter(query, is_second ? "start-after" : "marker", after, sizeof after);
    if (parameter(query, "continuation-token", token, sizeof token) > 0) {
        first = atoll(token);
    } else if (after_count > 0) {
        int64_t start = keys_before(options.shape, keys, after, (size_t)after_count, 1);
        // Behind a common prefix there is nothing of it.
        if (has_delimiter && after[after_count - 1] == '/') {
            after[after_count] = (char)0xff;
            start = keys_before(options.shape, keys, after, (size_t)after_count + 1, 0);
        }
        if (start > first) first = start;
    }
    static struct text body;
    body.count = 0;
    say(&body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>");
    say(&body, bucket);
    say(&body, "</Name>");
    if (is_url) say(&body, "<EncodingType>url</EncodingType>");
    int64_t number = first, shown = 0;
    char key[KEY_MAX], last[KEY_MAX];
    size_t last_count = 0;
    while (number < end && shown < page) {
        size_t count = (size_t)key_at(options.shape, number, keys, key);
        const char *slash = has_delimiter ? memchr(key + prefix_count, '/', count - (size_t)prefix_count) : NULL;
        if (slash) {
            count = (size_t)(slash - key) + 1;
            say(&body, "<CommonPrefixes><Prefix>");
            say_escaped(&body, key, count, is_url);
            say(&body, "</Prefix></CommonPrefixes>");
            memcpy(last, key, last_count = count);
            key[count] = (char)0xff;
            number = keys_before(options.shape, keys, key, count + 1, 0);
        } else {
            say(&body, "<Contents><Key>");
            say_escaped(&body, key, count, is_url);
            say(&body, "</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;");
            say_tag(&body, number, is_other);
            say(&body, "&quot;</ETag><Size>");
            say_number(&body, options.size);
            say(&body, "</Size><StorageClass>STANDARD</StorageClass></Contents>");
            memcpy(last, key, last_count = count);
            number++;
        }
        shown++;
    }
    say(&body, number < end ? "<IsTruncated>true</IsTruncated>" : "<IsTruncated>false</IsTruncated>");
    if (number < end && is_second) {
        say(&body, "<NextContinuationToken>");
        say_number(&body, number);
        say(&body, "</NextContinuationToken>");
    } else if (number < end) {
        say(&body, "<NextMarker>");
        say_escaped(&body, last, last_count, is_url);
        say(&body, "</NextMarker>");
    }
    say(&body, "<KeyCount>");
    say_number(&body, shown);
    say(&body, "</KeyCount><MaxKeys>1000</MaxKeys></ListBucketResult>");
    finish(connection, &body, "200 OK", "Content-Type: application/xml\r\n", 0);
}

static void fail(struct connection *connection, const char *status, const char *code, int is_head) {
    static struct text body;
    body.count = 0;
    say(&body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>");
    say(&body, code);
    say(&body, "</Code><Message>");
    say(&body, code);
    say(&body, "</Message></Error>");
    finish(connection, &body, status, "Content-Type: application/xml\r\n", is_head);
}

static const char *header(const char *head, const char *name) {
    size_t length = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (!strncasecmp(line + 2, name, length) && line[2 + length] == ':') return line + 3 + length + (line[3 + length] == ' ');
    return NULL;
}

static void get(struct connection *connection, const char *bucket, const char *key, const char *head, int is_head) {
    static struct text body;
    is_head ? counts.heads++ : counts.gets++;
    int64_t number = keys_before(options.shape, options.keys, key, strlen(key), 0);
    char there[KEY_MAX];
    if (!strncmp(bucket, "empty", 5) || number == options.keys || key_at(options.shape, number, options.keys, there) < 0 ||
        strcmp(there, key)) {
        fail(connection, "404 Not Found", "NoSuchKey", is_head);
        return;
    }
    int64_t from = 0, to = options.size - 1;
    const char *range = header(head, "range");
    if (range && sscanf(range, "bytes=%lld-%lld", (long long *)&from, (long long *)&to) < 1) range = NULL;
    if (to >= options.size) to = options.size - 1;
    struct text more = {0};
    say(&more, "Last-Modified: Fri, 02 Jan 2026 03:04:05 GMT\r\nAccept-Ranges: bytes\r\nETag: \"");
    say_tag(&more, number, !strncmp(bucket, "other", 5));
    say(&more, "\"\r\n");
    if (range) {
        say(&more, "Content-Range: bytes ");
        say_number(&more, from), say(&more, "-"), say_number(&more, to), say(&more, "/"), say_number(&more, options.size);
        say(&more, "\r\n");
    }
    append(&more, "", 1);
    body.count = 0;
    reserve(&body, (size_t)(to - from + 1));
    memset(body.bytes, 0, (size_t)(to - from + 1));
    body.count = (size_t)(to - from + 1);
    finish(connection, &body, range ? "206 Partial Content" : "200 OK", more.bytes, is_head);
    free(more.bytes);
}

static void tell_counts(struct connection *connection) {
    char text[512];
    struct text body = {text, 0, sizeof text};
    body.count = (size_t)snprintf(
        text, sizeof text,
        "{\"lists\":%ld,\"gets\":%ld,\"heads\":%ld,\"puts\":%ld,\"copies\":%ld,\"deletes\":%ld,\"others\":%ld,\"refused\":%ld}\n",
        counts.lists, counts.gets, counts.heads, counts.puts, counts.copies, counts.deletes, counts.others, counts.refused);
    finish(connection, &body, "200 OK", "Content-Type: application/json\r\n", 0);
    memset(&counts, 0, sizeof counts);
}

static void wait_for(struct connection *connection, struct queue *queue, double seconds) {
    connection->is_waiting = 1;
    connection->due = now() + seconds;
    connection->next = NULL;
    if (queue->last) queue->last->next = connection;
    else queue->first = connection;
    queue->last = connection;
}

static int is_too_often(void) {
    static long second, seen;
    if (options.rate <= 0) return 0;
    long current = (long)now();
    if (current != second) second = current, seen = 0;
    return ++seen > options.rate;
}

static void answer(struct connection *connection) {
    char *head = connection->in.bytes;
    char method[8] = {0}, *target = strchr(head, ' ');
    memcpy(method, head, target && target - head < 8 ? (size_t)(target - head) : 0);
    char path[4096] = {0};
    size_t length = target ? strcspn(target + 1, " \r") : 0;
    if (!target || length >= sizeof path) {
        connection->is_closing = 1;
        fail(connection, "400 Bad Request", "InvalidRequest", 0);
        return;
    }
    memcpy(path, target + 1, length);
    char *query = strchr(path, '?');
    if (query) *query++ = 0;
    if (!strcmp(path, "/-/counts")) {
        tell_counts(connection);
        return;
    }
    int is_head = !strcmp(method, "HEAD");
    if (is_too_often()) {
        counts.refused++;
        fail(connection, "503 Slow Down", "SlowDown", is_head);
        return;
    }
    char *bucket = path + 1, *key = strchr(bucket, '/');
    if (key) *key++ = 0, decode(key);
    static struct text body;
    body.count = 0;
    char word[16];
    struct queue *queue = &others;
    double seconds = options.delay;
    if (!strcmp(method, "GET") && (!key || !*key) && (!query || parameter(query, "location", word, sizeof word) < 0) &&
        (!query || parameter(query, "versioning", word, sizeof word) < 0) &&
        (!query || parameter(query, "uploads", word, sizeof word) < 0)) {
        list(connection, bucket, query ? query : "");
        queue = &pages;
        seconds = options.page;
    } else if ((!strcmp(method, "GET") || is_head) && key && *key) {
        get(connection, bucket, key, head, is_head);
    } else if (!strcmp(method, "PUT") && key && *key) {
        char tag[64] = "ETag: \"", *at = tag + strlen(tag);
        unsigned char digest[16] = {0};
        EVP_DigestFinal_ex(connection->md5, digest, NULL);
        for (int index = 0; index < 16; index++) at += sprintf(at, "%02x", digest[index]);
        strcpy(at, "\"\r\n");
        const char *source = header(head, "x-amz-copy-source");
        if (source) {
            counts.copies++;
            char name[4096] = {0};
            memcpy(name, source, strcspn(source, "\r") < sizeof name ? strcspn(source, "\r") : 0);
            decode(name);
            char *of = strchr(name + 1, '/');
            say(&body, "<CopyObjectResult><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>&quot;");
            if (of) say_tag(&body, keys_before(options.shape, options.keys, of + 1, strlen(of + 1), 0), !strncmp(name + (*name == '/'), "other", 5));
            say(&body, "&quot;</ETag></CopyObjectResult>");
        } else {
            counts.puts++;
        }
        finish(connection, &body, "200 OK", tag, 0);
    } else if (!strcmp(method, "POST") && query && parameter(query, "delete", word, sizeof word) >= 0) {
        counts.deletes++;
        say(&body, "<DeleteResult></DeleteResult>");
        finish(connection, &body, "200 OK", "", 0);
    } else if (!strcmp(method, "DELETE")) {
        counts.deletes++;
        finish(connection, &body, "204 No Content", "", 0);
    } else {
        counts.others++;
        if (query && parameter(query, "versioning", word, sizeof word) >= 0) say(&body, "<VersioningConfiguration/>");
        if (query && parameter(query, "location", word, sizeof word) >= 0) say(&body, "<LocationConstraint/>");
        if (query && parameter(query, "uploads", word, sizeof word) >= 0) say(&body, "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>");
        finish(connection, &body, "200 OK", "", is_head);
    }
    if (seconds > 0) wait_for(connection, queue, seconds);
}

static void let_go(struct connection *connection) {
    close(connection->socket);
    EVP_MD_CTX_free(connection->md5);
    free(connection->in.bytes);
    free(connection->out.bytes);
    free(connection);
}

// Sends what it can of the answer. Returns 0 when the connection is gone.
static int push(struct connection *connection) {
    while (connection->sent < connection->out.count) {
        ssize_t count = send(
            connection->socket, connection->out.bytes + connection->sent, connection->out.count - connection->sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EAGAIN) break;
        if (count <= 0) {
            let_go(connection);
            return 0;
        }
        connection->sent += (size_t)count;
    }
    int is_done = connection->sent == connection->out.count;
    struct epoll_event event = {.events = is_done ? EPOLLIN : EPOLLIN | EPOLLOUT, .data.ptr = connection};
    epoll_ctl(poller, EPOLL_CTL_MOD, connection->socket, &event);
    if (is_done) {
        connection->out.count = connection->sent = 0;
        if (connection->is_closing) {
            let_go(connection);
            return 0;
        }
    }
    return 1;
}

static void digest(struct connection *connection, const char *bytes, size_t count) {
    if (count) EVP_DigestUpdate(connection->md5, bytes, count);
    connection->body -= (int64_t)count;
}

static void request_is_whole(struct connection *connection) {
    connection->is_reading_body = 0;
    answer(connection);
    connection->in.count = 0;
    if (!connection->is_waiting) push(connection);
}

// Reads what came. A request is answered once it is whole; a client sends the next when it has the answer.
static void pull(struct connection *connection) {
    static char room[256 << 10];
    ssize_t count = recv(connection->socket, room, sizeof room, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) {
        if (connection->is_waiting) {
            // It is still in a queue, which lets go of it at its turn.
            connection->is_closing = 1;
            epoll_ctl(poller, EPOLL_CTL_DEL, connection->socket, NULL);
        } else {
            let_go(connection);
        }
        return;
    }
    if (connection->is_reading_body) {
        digest(connection, room, (size_t)count);
        if (connection->body <= 0) request_is_whole(connection);
        return;
    }
    append(&connection->in, room, (size_t)count);
    append(&connection->in, "", 1);
    connection->in.count--;
    char *end = strstr(connection->in.bytes, "\r\n\r\n");
    if (!end) {
        if (connection->in.count > HEAD_MAX) let_go(connection);
        return;
    }
    const char *length = header(connection->in.bytes, "content-length");
    connection->body_size = connection->body = length ? atoll(length) : 0;
    EVP_DigestInit_ex(connection->md5, EVP_md5(), NULL);
    size_t head = (size_t)(end - connection->in.bytes) + 4;
    digest(connection, connection->in.bytes + head, connection->in.count - head);
    end[2] = 0;
    if (connection->body <= 0) {
        request_is_whole(connection);
        return;
    }
    connection->is_reading_body = 1;
    if (header(connection->in.bytes, "expect")) {
        say(&connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
        push(connection);
    }
}

static void take(int listener) {
    int client;
    while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        int on = 1;
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        connection->socket = client;
        connection->md5 = EVP_MD_CTX_new();
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(poller, EPOLL_CTL_ADD, client, &event);
    }
}

// Sends what is due. Returns the milliseconds until the next is.
static int release(struct queue *queue) {
    double time = now();
    while (queue->first && queue->first->due <= time) {
        struct connection *connection = queue->first;
        queue->first = connection->next;
        if (!queue->first) queue->last = NULL;
        connection->is_waiting = 0;
        if (connection->is_closing) let_go(connection);
        else push(connection);
    }
    return queue->first ? (int)((queue->first->due - time) * 1000) + 1 : -1;
}

static void read_options(int count, char **words, int *port) {
    static const char *const shapes[] = {"counter", "digest", "tree", "crowded"};
    for (int index = 1; index + 1 < count; index += 2) {
        const char *name = words[index], *value = words[index + 1];
        if (!strcmp(name, "--port")) *port = atoi(value);
        else if (!strcmp(name, "--keys")) options.keys = atoll(value);
        else if (!strcmp(name, "--size")) options.size = atoll(value);
        else if (!strcmp(name, "--page-ms")) options.page = atof(value) / 1000;
        else if (!strcmp(name, "--delay-ms")) options.delay = atof(value) / 1000;
        else if (!strcmp(name, "--rate")) options.rate = atol(value);
        else if (!strcmp(name, "--differ")) options.differ = atoll(value);
        else if (!strcmp(name, "--shape")) {
            for (int shape = 0; shape < 4; shape++)
                if (!strcmp(value, shapes[shape])) options.shape = (enum shape)shape;
        } else {
            fprintf(stderr, "scale: unknown option %s\n", name);
            exit(2);
        }
    }
}

int main(int count, char **words) {
    int port = 0;
    read_options(count, words, &port);
    struct rlimit limit = {CONNECTIONS_MAX, CONNECTIONS_MAX};
    setrlimit(RLIMIT_NOFILE, &limit);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) die("bind");
    socklen_t size = sizeof address;
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int first = release(&pages), second = release(&others);
        int timeout = first < 0 ? second : second < 0 || first < second ? first : second;
        struct epoll_event events[256];
        int ready = epoll_wait(poller, events, 256, timeout);
        for (int index = 0; index < ready; index++) {
            struct connection *connection = events[index].data.ptr;
            if (!connection) take(listener);
            else if ((events[index].events & EPOLLOUT) && !connection->is_waiting && !push(connection)) continue;
            else if (events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) pull(connection);
        }
    }
}
