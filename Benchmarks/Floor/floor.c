// Part of godwit. SPDX-License-Identifier: Apache-2.0
//
// The least a client on libcurl can spend: a bare multi loop that sends N requests of one kind and does nothing else.
// The benchmark table prints it beside the tools, as the floor under them.
//
//   floor put|get ENDPOINT BUCKET COUNT SIZE CONCURRENCY [DIRECTORY]
//   floor copy ENDPOINT BUCKET COUNT SIZE CONCURRENCY SOURCE-BUCKET
//
// Objects are floor-000000000 and so on. GET reads what PUT wrote, and copy asks the store to copy it. Credentials:
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION (us-east-1). libcurl signs (SigV4, the payload unsigned).
//
// With DIRECTORY, each object of less than 64 KiB is also a file there: read before it is sent, or written whole under
// another name and then renamed. That is the least of a client that keeps what it reads.

#include <curl/curl.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct slot {
    CURL *easy;
    size_t sent;
    // Of a copy, which names its source in a header.
    struct curl_slist *headers;
    // With files: which object it is, and what was read of it.
    long number;
    size_t filled;
    char *body;
    char error[CURL_ERROR_SIZE];
};

static struct {
    int is_put, is_copy;
    const char *endpoint, *bucket, *source;
    int directory;
    long count, size, next, done, failed;
    char *body;
    uint64_t received;
} run;

static double seconds(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t take(char *data, size_t size, size_t count, void *context) {
    struct slot *slot = context;
    if (slot->body) {
        if (size * count > (size_t)run.size - slot->filled) return 0;
        memcpy(slot->body + slot->filled, data, size * count);
        slot->filled += size * count;
    }
    run.received += size * count;
    return size * count;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void read_file(struct slot *slot) {
    char name[32];
    struct stat status;
    snprintf(name, sizeof name, "floor-%09ld", slot->number);
    int file = openat(run.directory, name, O_RDONLY);
    if (file < 0 || fstat(file, &status) || pread(file, slot->body, (size_t)run.size, 0) != run.size) fail(name);
    close(file);
}

static void write_file(struct slot *slot) {
    char name[32], temporary[48];
    struct timespec times[2] = {{0, UTIME_OMIT}, {1700000000, 0}};
    snprintf(name, sizeof name, "floor-%09ld", slot->number);
    snprintf(temporary, sizeof temporary, ".%s.part", name);
    int file = openat(run.directory, temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (file < 0 || pwrite(file, slot->body, slot->filled, 0) != run.size || futimens(file, times) || close(file)
        || renameat(run.directory, temporary, run.directory, name))
        fail(name);
}

static size_t give(char *data, size_t size, size_t count, void *context) {
    struct slot *slot = context;
    size_t room = size * count, left = (size_t)run.size - slot->sent;
    if (room > left) room = left;
    memcpy(data, run.body + slot->sent, room);
    slot->sent += room;
    return room;
}

static int again(void *context, curl_off_t offset, int origin) {
    if (origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
    ((struct slot *)context)->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static void start(CURLM *multi, struct slot *slot) {
    char url[1024];
    slot->number = run.next++;
    snprintf(url, sizeof url, "%s/%s/floor-%09ld", run.endpoint, run.bucket, slot->number);
    slot->sent = 0;
    slot->filled = 0;
    if (slot->body && run.is_put) read_file(slot);
    curl_easy_setopt(slot->easy, CURLOPT_URL, url);
    if (run.is_copy) {
        char source[1024];
        snprintf(source, sizeof source, "x-amz-copy-source: /%s/floor-%09ld", run.source, slot->number);
        curl_slist_free_all(slot->headers);
        slot->headers = curl_slist_append(curl_slist_append(NULL, "x-amz-content-sha256: UNSIGNED-PAYLOAD"), source);
        curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
    }
    curl_multi_add_handle(multi, slot->easy);
}

static void set_up(struct slot *slot, struct curl_slist *headers, const char *user, const char *provider) {
    CURL *easy = slot->easy = curl_easy_init();
    if (!easy) exit(1);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->error);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    if (*user != ':') {
        curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, provider);
        curl_easy_setopt(easy, CURLOPT_USERPWD, user);
    }
    if (getenv("AWS_CA_BUNDLE")) curl_easy_setopt(easy, CURLOPT_CAINFO, getenv("AWS_CA_BUNDLE"));
    if (run.size >= 512 << 10) {
        curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 512L << 10);
        curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10);
    }
    if (run.is_copy) {
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, 0L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, "");
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
    }
    if (!run.is_put) return;
    if (run.size < 64 << 10) {
        // In one piece with the headers.
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)run.size);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, slot->body ? slot->body : run.body);
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
    } else {
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        // An empty "Expect:" header would suppress the wait for 100 Continue, but libcurl would sign it.
        curl_easy_setopt(easy, CURLOPT_EXPECT_100_TIMEOUT_MS, 1L);
        curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)run.size);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(easy, CURLOPT_READDATA, slot);
        curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, again);
        curl_easy_setopt(easy, CURLOPT_SEEKDATA, slot);
    }
}

static void collect(CURLM *multi) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        struct slot *slot;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
        if (message->data.result) {
            if (!run.failed++) fprintf(stderr, "floor: %s\n", slot->error);
        } else if (slot->body && !run.is_put) {
            write_file(slot);
        }
        run.done++;
        curl_multi_remove_handle(multi, slot->easy);
        if (run.next < run.count) start(multi, slot);
    }
}

int main(int count, char **arguments) {
    int is_copy = count > 1 && !strcmp(arguments[1], "copy");
    if (count < 7 + is_copy) {
        fprintf(stderr, "usage: floor put|get ENDPOINT BUCKET COUNT SIZE CONCURRENCY [DIRECTORY]\n"
                        "       floor copy ENDPOINT BUCKET COUNT SIZE CONCURRENCY SOURCE-BUCKET\n");
        return 2;
    }
    run.is_put = !strcmp(arguments[1], "put");
    run.is_copy = is_copy;
    run.endpoint = arguments[2];
    run.bucket = arguments[3];
    run.count = atol(arguments[4]);
    run.size = atol(arguments[5]);
    long concurrency = atol(arguments[6]);
    int has_files = count > 7 && !run.is_copy;
    run.source = run.is_copy ? arguments[7] : NULL;
    run.directory = has_files && run.size < 64 << 10 ? open(arguments[7], O_DIRECTORY | O_RDONLY) : -1;
    if (has_files && run.directory < 0) fail(arguments[7]);
    if (concurrency > run.count) concurrency = run.count;
    run.body = malloc((size_t)run.size + 1);
    struct slot *slots = calloc((size_t)concurrency, sizeof *slots);
    if (!run.body || !slots) return 1;
    for (long index = 0; index < run.size; index++) run.body[index] = (char)(index * 31 + (index >> 8));

    const char *id = getenv("AWS_ACCESS_KEY_ID"), *secret = getenv("AWS_SECRET_ACCESS_KEY");
    const char *region = getenv("AWS_REGION");
    char user[512], provider[128];
    snprintf(user, sizeof user, "%s:%s", id ? id : "", secret ? secret : "");
    snprintf(provider, sizeof provider, "aws:amz:%s:s3", region ? region : "us-east-1");

    curl_global_init(CURL_GLOBAL_DEFAULT);
    CURLM *multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, concurrency);
    struct curl_slist *headers = curl_slist_append(NULL, "x-amz-content-sha256: UNSIGNED-PAYLOAD");
    headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
    double began = now();
    for (long index = 0; index < concurrency; index++) {
        if (run.directory >= 0) slots[index].body = malloc((size_t)run.size);
        set_up(&slots[index], headers, user, provider);
        start(multi, &slots[index]);
    }
    while (run.done < run.count) {
        int running;
        if (curl_multi_perform(multi, &running)) return 1;
        collect(multi);
        if (run.done < run.count) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    double wall = now() - began;

    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double user_time = seconds(usage.ru_utime), system_time = seconds(usage.ru_stime);
    printf("%s count=%ld size=%ld concurrency=%ld failed=%ld received=%llu wall=%.3f user=%.3f sys=%.3f cpu=%.3f "
           "us_per_request=%.1f\n",
        arguments[1], run.count, run.size, concurrency, run.failed, (unsigned long long)run.received, wall, user_time,
        system_time, user_time + system_time, (user_time + system_time) / (double)run.count * 1e6);
    for (long index = 0; index < concurrency; index++) {
        curl_easy_cleanup(slots[index].easy);
        curl_slist_free_all(slots[index].headers);
        free(slots[index].body);
    }
    curl_multi_cleanup(multi);
    curl_slist_free_all(headers);
    curl_global_cleanup();
    free(slots);
    free(run.body);
    return run.failed ? 1 : 0;
}
