/* SPDX-License-Identifier: MIT */
#ifndef TEST_DEBUGFS_PLUGIN_H
#define TEST_DEBUGFS_PLUGIN_H

int plugin_begin(int *released);
void plugin_end(void);

#endif
