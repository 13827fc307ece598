// SPDX-License-Identifier: MIT
/* Functions that trace headers declare, and the kernel has somewhere. */
int trace_mmap_lock_reg(void);
int trace_mmap_lock_reg(void)
{
	return 0;
}

void trace_mmap_lock_unreg(void);
void trace_mmap_lock_unreg(void)
{
}

int syscall_regfunc(void);
int syscall_regfunc(void)
{
	return 0;
}

void syscall_unregfunc(void);
void syscall_unregfunc(void)
{
}

int i2c_transfer_trace_reg(void);
int i2c_transfer_trace_reg(void)
{
	return 0;
}

void i2c_transfer_trace_unreg(void);
void i2c_transfer_trace_unreg(void)
{
}
