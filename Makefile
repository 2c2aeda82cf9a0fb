# belie: one non-recursive Makefile. `make help` lists the targets.
# Variants: make VARIANT=release|debug|asan|tsan|fuzz|cover, each with its own folder in build/.
VERSION  := 0.1.0
VARIANT  ?= release
B        := build/$(VARIANT)
CC       ?= cc
PREFIX   ?= /usr/local
V        ?= 0
Q        := $(if $(filter 1,$(V)),,@)
PKG      := pkg-config
CORPUS   ?= ../shared/corpus
FUZZ_SECONDS ?= 60

ifeq ($(origin CC),default)
CC := gcc
endif

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings \
  -Wformat=2 -Wundef -Wvla -Wnull-dereference -Wdouble-promotion -Wimplicit-fallthrough \
  -Wswitch-enum -Wdate-time $(if $(WERROR),-Werror)

OPT_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIC
LD_release  := -pie -Wl,-z,relro,-z,now
OPT_debug   := -O0 -g -fPIC
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LD_asan     := -fsanitize=address,undefined
OPT_tsan    := -O1 -g -fsanitize=thread
LD_tsan     := -fsanitize=thread
OPT_fuzz    := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
LD_fuzz     := -fsanitize=address,undefined
OPT_cover   := -O0 -g --coverage
LD_cover    := --coverage

# What `check` needs: jansson (result documents), zlib and zstd (compressed histories).
LIBS_CHECK := jansson zlib libzstd
# What `run` needs besides: libssh2. The library libbelie is not linked with it.
LIBS_RUN := libssh2
RUN_LIBS := -Wl,--as-needed $(shell $(PKG) --libs $(LIBS_RUN) 2>/dev/null)
PC_CFLAGS  := $(shell $(PKG) --cflags $(LIBS_CHECK) 2>/dev/null)
PC_LIBS    := $(shell $(PKG) --libs $(LIBS_CHECK) 2>/dev/null)
# What real systems need besides: libcurl and pcre2, for the program belie-run alone. Without them it
# is not built, and all else is.
LIBS_LIVE := libcurl libpcre2-8
LIVE := $(shell $(PKG) --exists $(LIBS_LIVE) 2>/dev/null && echo yes)
LIVE_CFLAGS := $(if $(LIVE),$(shell $(PKG) --cflags $(LIBS_LIVE)))
LIVE_LIBS := $(if $(LIVE),$(shell $(PKG) --libs $(LIBS_LIVE)))
CHECK_CFLAGS := $(shell $(PKG) --cflags check 2>/dev/null)
CHECK_LIBS   := $(shell $(PKG) --libs check 2>/dev/null)

ALL_CFLAGS = -std=c11 $(WARN) $(OPT_$(VARIANT)) -I. -DBELIE_VERSION='"$(VERSION)"' \
  -ffile-prefix-map=$(CURDIR)=. -fvisibility=hidden -pthread $(PC_CFLAGS) $(LIVE_CFLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(LD_$(VARIANT)) -pthread $(LDFLAGS)
ALL_LIBS = $(PC_LIBS) $(RUN_LIBS) -lm

ROOMS    := base histories checker checker/levels checker/staleness checker/replicas generators \
            control nemesis runners runners/sim reports reports/html reports/measures $(if $(LIVE),runners/clients)
LIB_SRC  := $(sort $(foreach d,$(ROOMS),$(wildcard $(d)/*.c)))
# The style and scripts of HTML reports, made into C (tools/embed.sh).
HTML_STYLE  := reports/html/report.css
HTML_SCRIPT := $(addprefix reports/html/,data.js view.js timeline.js charts.js page.js)
HTML_INDEX  := reports/html/index.js
API_SRC  := $(filter base/% histories/% checker/% reports/%,$(LIB_SRC))
# Two programs of one command line: `belie` starts `belie-run` for what needs the network.
CLI_SRC  := $(sort $(wildcard cli/*.c))
LIVE_SRC := $(filter-out cli/elsewhere.c,$(CLI_SRC)) $(sort $(wildcard cli/live/*.c))
PROGRAMS := $(B)/belie $(if $(LIVE),$(B)/belie-run)
UNIT_SRC := $(sort $(wildcard tests/unit/test_*.c))
PROP_SRC := $(sort $(wildcard tests/property/prop_*.c))
PROPLIB_SRC := $(sort $(filter-out $(PROP_SRC),$(wildcard tests/property/*.c)))
FUZZ_SRC := $(sort $(wildcard tests/fuzz/fuzz_*.c))
BENCH_SRC := $(sort $(wildcard tests/bench/bench_*.c))
# Instrumented variants are for our own programs.
OBJCOPY ?= objcopy
SONAME  := libbelie.so.0
SO      := libbelie.so.$(VERSION)
SHIPPED := $(if $(filter release debug,$(VARIANT)),$(B)/lib/libbelie.a $(B)/lib/$(SO))
obj = $(patsubst %.c,$(B)/%.o,$(1))
exe = $(patsubst %.c,$(B)/%,$(1))

.PHONY: all tests check check-unit check-property check-cli check-corpus check-cluster lint fuzz \
  fuzzers bench bench-http cover install uninstall dist demo picture help clean force
all: $(PROGRAMS) $(SHIPPED) ## build ./belie (VARIANT=release|debug|asan|tsan, WERROR=1, V=1)
	$(Q)ln -sf $(B)/belie belie

# Objects are made anew when the compiler or its options change.
MADE_WITH = $(CC) $(OPT_$(VARIANT)) $(CPPFLAGS) $(CFLAGS)
$(B)/made-with: force
	@mkdir -p $(@D)
	@echo "$(MADE_WITH)" | cmp -s - $@ || echo "$(MADE_WITH)" > $@
force:

$(B)/%.o: %.c $(B)/made-with
	@mkdir -p $(@D)
	$(if $(Q),@echo "  CC   $<")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

comma := ,
empty :=
joined = $(subst $(empty) $(empty),$(comma),$(strip $(1)))
$(B)/reports/html/assets.c: tools/embed.sh Makefile $(HTML_STYLE) $(HTML_SCRIPT) $(HTML_INDEX)
	@mkdir -p $(@D)
	$(Q)tools/embed.sh reports/html/assets.h style=$(HTML_STYLE) \
	  script=$(call joined,$(HTML_SCRIPT)) index=$(HTML_INDEX) > $@.new && mv $@.new $@
$(B)/reports/html/assets.o: $(B)/reports/html/assets.c $(B)/made-with
	$(if $(Q),@echo "  CC   $<")
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# What our own programs are made of; the tests look inside.
$(B)/internal.a: $(call obj,$(LIB_SRC)) $(B)/reports/html/assets.o
	$(if $(Q),@echo "  AR   $@")
	$(Q)rm -f $@ && ar rcs $@ $^

# The program that is put on nodes under test: without sanitizers, statically where libc allows it.
NODE_SRC := $(sort $(wildcard node/*.c))
$(B)/node/belie-node: $(NODE_SRC) node/node.h $(B)/made-with
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(CC) -std=c11 $(WARN) -O2 -I. -ffile-prefix-map=$(CURDIR)=. -s -static -o $@ $(NODE_SRC) \
	  2>/dev/null || $(CC) -std=c11 $(WARN) -O2 -I. -ffile-prefix-map=$(CURDIR)=. -s -o $@ $(NODE_SRC)
$(B)/nemesis/node_program.o: $(B)/node/belie-node
$(B)/nemesis/node_program.o: ALL_CFLAGS += -DNODE_PROGRAM='"$(B)/node/belie-node"'

# What others link: of both libraries they see what belie.h declares and nothing else. The static
# one is a single object, so that its other symbols can be made local.
$(B)/lib/libbelie.a: $(call obj,$(API_SRC)) $(B)/reports/html/assets.o
	@mkdir -p $(@D)
	$(if $(Q),@echo "  AR   $@")
	$(Q)$(LD) -r -o $(B)/lib/belie.o $^ && $(OBJCOPY) --localize-hidden $(B)/lib/belie.o
	$(Q)rm -f $@ && ar rcs $@ $(B)/lib/belie.o && rm -f $(B)/lib/belie.o

$(B)/lib/$(SO): $(call obj,$(API_SRC)) $(B)/reports/html/assets.o
	@mkdir -p $(@D)
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(CC) -shared -Wl,-soname,$(SONAME) -Wl,-z,relro,-z,now -Wl,--no-undefined -pthread \
	  $(LDFLAGS) -o $@ $^ $(PC_LIBS) -lm
	$(Q)ln -sf $(SO) $(@D)/$(SONAME) && ln -sf $(SONAME) $(@D)/libbelie.so

$(B)/belie: $(call obj,$(CLI_SRC)) $(B)/internal.a
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)

$(B)/belie-run: $(call obj,$(LIVE_SRC)) $(B)/internal.a
	$(if $(Q),@echo "  LD   $@")
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIVE_LIBS) $(ALL_LIBS)

$(B)/tests/unit/%.o: ALL_CFLAGS += $(CHECK_CFLAGS)
$(call exe,$(UNIT_SRC)): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(call obj,$(PROPLIB_SRC)) $(B)/internal.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(ALL_LIBS)
$(call exe,$(PROP_SRC)): $(B)/tests/property/%: $(B)/tests/property/%.o $(call obj,$(PROPLIB_SRC)) $(B)/internal.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)
$(B)/tests/corpus/corpus: $(call obj,$(wildcard tests/corpus/*.c)) $(call obj,$(PROPLIB_SRC)) \
  $(B)/internal.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)
CLUSTER_PROGRAMS := $(B)/tests/cluster/remote $(B)/tests/cluster/faults
$(CLUSTER_PROGRAMS): $(B)/tests/cluster/%: $(B)/tests/cluster/%.o $(B)/internal.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)
$(call exe,$(BENCH_SRC)): $(B)/tests/bench/%: $(B)/tests/bench/%.o $(B)/internal.a
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(ALL_LIBS)
$(call exe,$(FUZZ_SRC)): $(B)/tests/fuzz/%: $(B)/tests/fuzz/%.o $(call obj,$(PROPLIB_SRC)) $(B)/internal.a
	$(Q)$(CC) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(ALL_LIBS)

tests: $(PROGRAMS) $(call exe,$(UNIT_SRC) $(PROP_SRC))

check: all tests ## everything below that needs no corpus; ends with "N passed, N failed"
	$(Q)tests/tally.sh $(B) unit property cli
check-unit: tests ## unit tests (Check)
	$(Q)tests/tally.sh $(B) unit
check-property: tests ## property tests against oracles; PROP_COUNT=n PROP_SEED=n
	$(Q)tests/tally.sh $(B) property
check-cli: all ## command-line tests (TAP, sh)
	$(Q)tests/tally.sh $(B) cli
check-corpus: all $(B)/tests/corpus/corpus ## published histories with known verdicts, in CORPUS
	$(Q)tests/corpus.sh $(B)/belie $(CORPUS) $(B)/tests/corpus/corpus
check-cluster: all $(CLUSTER_PROGRAMS) ## real hosts, in a box of namespaces (root; else skipped)
	$(Q)tests/tally.sh $(B) cluster
lint: all ## floors, banned functions, lengths, clang-tidy, cppcheck, man page
	$(Q)tools/lint.sh $(B)/belie $(PC_CFLAGS)
bench: all $(call exe,$(BENCH_SRC)) ## measure reading and checking: MB/s, ops/s, memory, growth
	$(Q)tests/bench/run.sh $(B)
	$(Q)tests/bench/http.sh $(B)
bench-http: all $(call exe,$(BENCH_SRC)) ## the HTTP client against wrk
	$(Q)tests/bench/http.sh $(B)
fuzzers: $(call exe,$(FUZZ_SRC))
fuzz: ## run every fuzz target for FUZZ_SECONDS (clang)
	$(Q)$(MAKE) VARIANT=fuzz CC=clang fuzzers
	$(Q)tools/fuzz.sh build/fuzz/tests/fuzz $(FUZZ_SECONDS)
cover: ## line coverage of unit and property tests, by folder
	$(Q)$(MAKE) VARIANT=cover CC=gcc check-unit check-property
	$(Q)tools/cover.sh build/cover
demo: all ## a history with a bug in it: generated, checked, explained, shrunk
	$(Q)tools/demo.sh $(B)/belie build/demo
picture: all ## docs/report.svg, of the report that the demo makes
	$(Q)tools/demo.sh $(B)/belie build/demo > /dev/null
	$(Q)tools/picture.pl build/demo/report.html > docs/report.svg

D := $(DESTDIR)$(PREFIX)
install: all ## into PREFIX (default /usr/local), below DESTDIR
	install -d $(D)/bin $(D)/lib/pkgconfig $(D)/include $(D)/share/man/man1 \
	  $(D)/share/bash-completion/completions $(D)/share/zsh/site-functions \
	  $(D)/share/fish/vendor_completions.d
	install -m 755 $(B)/belie $(D)/bin/belie
	install -m 755 control/testbed.sh $(D)/bin/belie-testbed
	$(if $(LIVE),install -d $(D)/libexec/belie && install -m 755 $(B)/belie-run $(D)/libexec/belie)
	install -d $(D)/share/belie/targets
	install -m 644 runners/targets/*.json $(D)/share/belie/targets
	install -m 644 $(B)/lib/libbelie.a $(D)/lib/libbelie.a
	install -m 755 $(B)/lib/$(SO) $(D)/lib/$(SO)
	ln -sf $(SO) $(D)/lib/$(SONAME)
	ln -sf $(SONAME) $(D)/lib/libbelie.so
	install -m 644 reports/belie.h $(D)/include/belie.h
	install -m 644 docs/man/belie.1 $(D)/share/man/man1/belie.1
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@REQUIRES@|$(LIBS_CHECK)|' \
	  reports/belie.pc.in > $(D)/lib/pkgconfig/belie.pc
	$(B)/belie completion bash > $(D)/share/bash-completion/completions/belie
	$(B)/belie completion zsh > $(D)/share/zsh/site-functions/_belie
	$(B)/belie completion fish > $(D)/share/fish/vendor_completions.d/belie.fish
uninstall: ## remove what install put there
	rm -rf $(D)/libexec/belie $(D)/share/belie
	rm -f $(D)/bin/belie $(D)/bin/belie-testbed $(D)/lib/libbelie.a $(D)/lib/libbelie.so $(D)/lib/$(SONAME) \
	  $(D)/lib/$(SO) $(D)/include/belie.h $(D)/lib/pkgconfig/belie.pc \
	  $(D)/share/man/man1/belie.1 $(D)/share/bash-completion/completions/belie \
	  $(D)/share/zsh/site-functions/_belie $(D)/share/fish/vendor_completions.d/belie.fish
dist: ## build/belie-VERSION.tar.gz from the last commit
	@mkdir -p build
	git archive --prefix=belie-$(VERSION)/ HEAD | gzip -n > build/belie-$(VERSION).tar.gz
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-16s%s\n", $$1, $$2}' Makefile
clean: ## remove what was built
	rm -rf build belie

-include $(shell find build -name '*.d' 2>/dev/null)
