# SPDX-License-Identifier: MIT
#
# The few words that everyone types; Meson does the work.
BUILD ?= build/default

all: $(BUILD)/build.ninja
	ninja -C $(BUILD)

$(BUILD)/build.ninja:
	scripts/install-packages build
	meson setup $(BUILD)

demo:
	./demo

check:
	./check

bench:
	scripts/install-packages bench
	test -f build/bench/build.ninja || meson setup --buildtype=release build/bench
	meson test -C build/bench --benchmark --verbose

install: all
	meson install -C $(BUILD)

clean:
	rm -rf build

.PHONY: all demo check bench install clean
