// SPDX-License-Identifier: MIT
/* A library whose constructor calls back into the program, so that the program does something while
 * the loader works. */
void loader_hook(void);

__attribute__((constructor)) static void constructor(void)
{
	loader_hook();
}
